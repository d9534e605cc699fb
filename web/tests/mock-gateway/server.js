// A gateway for the tests of the pages: it serves the built pages and the REST answers of a
// building that is only made up. It is never a part of the product.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { mockAccess } from './access.js';
import { changeOfAddress } from './addresses.js';
import { mockConfiguration } from './configuration.js';
import { deviceOf } from './device.js';
import { mockPortalLink } from './portal-link.js';
import { cutOffReadout, problem, s3uReadout, silence } from './readout.js';

/** The policy the pages must live under: nothing inline, nothing from another host. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STAGES = ['connecting', 'metadata', 'history', 'values'];
const TYPES = /** @type {Record<string, string>} */ ({
  html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml',
});
const built = fileURLToPath(new URL('../../dist/gateway/', import.meta.url));

/**
 * @typedef {object} MockGateway
 * @property {string} url
 * @property {import('./building.js').Building} building - change it, then `tell` the pages
 * @property {(event: 'readout' | 'bus' | 'configuration', data: object) => void} tell
 * @property {() => void} disappear - every connection is cut and refused until `comeBack`
 * @property {() => void} comeBack
 * @property {(milliseconds: number) => void} delayReadouts
 * @property {ReturnType<typeof mockAccess>} access - who is logged in, and the accounts
 * @property {ReturnType<typeof mockPortalLink>} portal - the portal it belongs to
 * @property {ReturnType<typeof mockConfiguration>} configuration - how its meters are configured
 * @property {() => void} closeForReading - looking needs a login from now on
 * @property {() => Promise<void>} close
 */

/**
 * @param {import('./building.js').Building} building
 * @param {number} port
 * @returns {Promise<MockGateway>}
 */
export async function startMockGateway(building, port = 0) {
  let away = false;
  let delay = 0;
  /** Whether looking needs a login. */
  let closed = false;
  /** @type {Set<import('node:http').ServerResponse>} */
  const listeners = new Set();
  const access = mockAccess();
  const portal = mockPortalLink();
  const tell = (/** @type {string} */ event, /** @type {object} */ data) => {
    for (const listener of listeners) listener.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const configuration = mockConfiguration(building, () => tell('configuration', {}));
  /** At which stage a meter synchronizes. @type {Map<string, string>} */
  const stages = new Map();

  const server = createServer((request, response) => {
    if (away) {
      request.socket.destroy();
      return;
    }
    answer(request, response).catch((error) => {
      response.writeHead(500).end(String(error));
    });
  });

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  async function answer(request, response) {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://mock');
    const json = (/** @type {string} */ body, status = 200, etag = '') =>
      response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', ...(etag && { etag }) }).end(body);
    const refuse = (/** @type {{status: number, body: string}} */ refusal) => json(refusal.body, refusal.status);

    if (closed && !access.account && path.startsWith('/api/v1/') && !/\/(session|setup)$/.test(path)) return void refuse(access.loginNeeded);
    if (path === '/api/v1/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).write(': hello\n\n');
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
      return;
    }
    if (path === '/api/v1/gateway') {
      json(JSON.stringify({ name: 'Building 7', version: '0.1.0', time_zone: 'Europe/Berlin', started_at: '2026-11-20T06:00:00Z' }));
      return;
    }
    if (path === '/api/v1/buses') return void json(JSON.stringify({ items: building.buses }));
    if (path === '/api/v1/meters' && request.method === 'GET') return void json(JSON.stringify({ items: building.meters }));

    const asked = request.method === 'POST' || request.method === 'PUT' ? JSON.parse((await text(request)) || '{}') : {};
    const granted = access.answer(request.method ?? 'GET', path, asked, query);
    if (granted) {
      if (granted.retryAfter) response.setHeader('retry-after', granted.retryAfter);
      return void (granted.body === '' ? response.writeHead(granted.status).end() : json(granted.body, granted.status));
    }

    const linked = portal.answer(request.method ?? 'GET', path, asked, access.account?.role);
    if (linked) return void json(linked.body, linked.status);

    const told = configuration.answer(request.method ?? 'GET', path, asked, request.headers['if-match'], access.account);
    if (told) return void (told.body === '' ? response.writeHead(told.status).end() : json(told.body, told.status, told.etag));

    const [, noun, id, sub] = /^\/api\/v1\/(meters|buses)\/([^/]+)(\/readouts|\/addresses|\/device|\/synchronization)?$/.exec(path) ?? [];
    if (noun === 'meters') {
      const meter = building.meters.find((one) => one.id === decodeURIComponent(id ?? ''));
      if (!meter) return void refuse(problem(404, 'unknown_meter', 'Unknown meter', `There is no meter ${id}.`));
      if (!sub) return void json(JSON.stringify(meter));
      if (sub === '/device') {
        return void json(JSON.stringify(deviceOf(meter, building.buses.find((bus) => bus.id === meter.bus), stages.get(meter.id) ?? null, Date.now())));
      }
      if (sub === '/synchronization') {
        if (!access.account) return void refuse(access.loginNeeded);
        for (const stage of STAGES) {
          stages.set(meter.id, stage);
          await pause(delay);
        }
        stages.delete(meter.id);
        return void json('{}', 202);
      }
      await pause(delay);
      if (meter.state === 'fault') return void refuse(silence(meter.bus, String(meter.address)));
      return void json(s3uReadout(meter.bus, String(meter.address)));
    }
    if (noun === 'buses' && sub === '/addresses') {
      if (!access.account) return void refuse(access.loginNeeded);
      await pause(delay);
      const answered = changeOfAddress(id ?? '', asked);
      return void json(answered.body, answered.status);
    }
    if (noun === 'buses' && sub) {
      const body = asked;
      if (!/^(\d{1,3}|[0-9A-Fa-f]{16}|\d{4,8})$/.test(body.address)) {
        return void refuse(problem(422, 'bad_address', 'Not an address', `"${body.address}" is not an address: character 1 is not a digit. Give 0 to 250, the serial number, or 16 digits.`));
      }
      await pause(delay);
      if (body.address === '9') return void refuse(silence(id ?? '', body.address));
      if (body.address === '7') return void json(cutOffReadout(id ?? '', body.address));
      return void json(s3uReadout(id ?? '', body.address, body.address === '3' ? 3 : 1));
    }
    if (path.startsWith('/api/')) return void refuse(problem(404, 'not_found', 'Not found', `There is nothing at ${path}.`));
    await page(path, response);
  }

  await /** @type {Promise<void>} */ (new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve())));
  const bound = server.address();
  const url = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : port}`;

  return {
    url,
    building,
    access,
    portal,
    tell,
    configuration,
    closeForReading() {
      closed = true;
      for (const listener of listeners) listener.destroy();
    },
    disappear() {
      away = true;
      server.closeAllConnections();
    },
    comeBack() {
      away = false;
    },
    delayReadouts(milliseconds) {
      delay = milliseconds;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** @param {string} path @param {import('node:http').ServerResponse} response */
async function page(path, response) {
  // What has no dot was meant to be a page, and all pages are at the root.
  if (!path.split('/').at(-1)?.includes('.') && path !== '/') return void response.writeHead(307, { location: '/' }).end();
  const file = path === '/' ? 'index.html' : path.slice(1);
  const type = TYPES[file.split('.').pop() ?? ''] ?? 'application/octet-stream';
  const bytes = file.includes('..') ? null : await readFile(`${built}${file}`).catch(() => null);
  if (!bytes) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': type, 'content-security-policy': CONTENT_SECURITY_POLICY, 'x-content-type-options': 'nosniff' }).end(bytes);
}

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** @param {import('node:http').IncomingMessage} request */
async function text(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
