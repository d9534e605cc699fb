// A portal for the tests of its pages: it serves the built pages and the REST answers of a fleet that
// is only made up. It is never a part of the product.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { mockAccess } from '../mock-gateway/access.js';
import { problem, s3uReadout, silence } from '../mock-gateway/readout.js';
import { CONTENT_SECURITY_POLICY } from '../mock-gateway/server.js';
import { heatReadings, models, overviewOf, told } from './fleet.js';
import { clash, formErrors } from './form.js';
import { consumptionSeries, indexSeries } from './history.js';
import { mockPlaces } from './places.js';

const TYPES = /** @type {Record<string, string>} */ ({ html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' });
const built = fileURLToPath(new URL('../../dist/portal/', import.meta.url));
const QUARTER = 15 * 60_000;

/**
 * @typedef {object} MockPortal
 * @property {string} url
 * @property {import('./fleet.js').Fleet} fleet - change it, then `tell` the pages
 * @property {(event: string, data: object) => void} tell
 * @property {ReturnType<typeof mockAccess>} access - who is logged in, and the accounts
 * @property {string[]} requests - what was asked, as `GET /api/v1/meters`
 * @property {Map<string, any>} commands - what was asked of the gateways
 * @property {(gateway: string) => void} claim - the gateway uses its claim code
 * @property {(milliseconds: number) => void} delayCommands - how long each state of a command lasts
 * @property {() => void} disappear - every connection is cut and refused until `comeBack`
 * @property {() => void} comeBack
 * @property {() => void} endSessions - whoever is logged in is no longer
 * @property {() => Promise<void>} close
 */

/**
 * @param {import('./fleet.js').Fleet} fleet
 * @param {number} port
 * @returns {Promise<MockPortal>}
 */
export async function startMockPortal(fleet, port = 0) {
  let away = false;
  let pace = 30;
  /** @type {Set<import('node:http').ServerResponse>} */
  const listeners = new Set();
  /** @type {string[]} */
  const requests = [];
  const access = mockAccess();
  /** @type {Map<string, any>} */
  const commands = new Map();
  const tell = (/** @type {string} */ event, /** @type {object} */ data) => {
    for (const listener of listeners) listener.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };

  const places = mockPlaces(fleet, tell, commands, () => pace);

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
    const url = new URL(request.url ?? '/', 'http://mock');
    const path = url.pathname;
    const method = request.method ?? 'GET';
    const json = (/** @type {string} */ body, status = 200) =>
      response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' }).end(body);
    const refuse = (/** @type {{status: number, body: string}} */ refusal) => json(refusal.body, refusal.status);
    if (!path.startsWith('/api/')) return page(path, response);
    requests.push(`${method} ${path}`);
    const asked = ['POST', 'PUT'].includes(method) ? JSON.parse((await text(request)) || '{}') : {};
    const granted = access.answer(method, path, asked, url.searchParams);
    if (granted) {
      if (granted.retryAfter) response.setHeader('retry-after', granted.retryAfter);
      return void (granted.body === '' ? response.writeHead(granted.status).end() : json(granted.body, granted.status));
    }
    if (!access.account) return void refuse(access.loginNeeded);
    if (path === '/api/v1/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).write(': hello\n\n');
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
      return;
    }
    const list = /** @type {Record<string, object[]>} */ ({ sites: fleet.sites, gateways: fleet.gateways, meters: fleet.meters, models });
    const [, noun = '', id, sub = ''] = /^\/api\/v1\/(\w+)(?:\/([^/]+))?(\/[\w.-]+)?$/.exec(path) ?? [];
    if (!id && method === 'GET' && list[noun]) return void json(JSON.stringify({ items: list[noun] }));
    if (noun === 'overview') return void json(JSON.stringify(overviewOf(fleet)));
    const placed = places.answer(method, noun, id, sub, asked, access.account.role, url.searchParams);
    if (placed) return void (placed.body === '' ? response.writeHead(placed.status).end() : json(placed.body, placed.status));
    if (noun === 'gateways' && id && !sub) {
      const gateway = fleet.gateways.find((one) => one.id === id);
      return void (gateway ? json(JSON.stringify(gateway)) : refuse(unknown(id)));
    }
    if (noun === 'commands' && id && method === 'DELETE') {
      const command = commands.get(id);
      if (command?.state !== 'queued') return void refuse(problem(409, 'not_queued', 'Its gateway has it', 'The gateway has fetched it and goes on.'));
      Object.assign(command, { state: 'failed', finding: { code: 'withdrawn', severity: 'attention', since: null, register: null, what: 'It was withdrawn', why: 'Before the gateway had fetched it.', remedy: '' } });
      return void response.writeHead(204).end();
    }
    if (noun === 'commands' && id) return void (commands.has(id) ? json(JSON.stringify(commands.get(id))) : refuse(unknown(id)));
    if (noun === 'readouts' && id) return void json(storedReadout(id));
    if (noun === 'meters') {
      if (!id) return save(null, asked, '', refuse, json);
      const meter = fleet.meters.find((one) => one.id === decodeURIComponent(id));
      if (!meter) return void refuse(unknown(id));
      const from = Date.parse(url.searchParams.get('from') ?? '1970-01-01');
      const to = Date.parse(url.searchParams.get('to') ?? '2100-01-01');
      if (sub === '/index' || sub === '/consumption') {
        if (meter.readings.length === 0) return void json('{"register":null,"registers":[],"unit":null,"is_cut":false,"is_thinned":false,"points":[],"steps":[],"events":[],"total":null}');
        return void json(sub === '/index' ? indexSeries(from, to, Date.now()) : consumptionSeries(from, to, url.searchParams.get('period') ?? '', Date.now()));
      }
      if (sub.endsWith('.csv')) {
        const disposition = `attachment; filename="${meter.id}${sub.replace('/', '-')}"`;
        return void response.writeHead(200, { 'content-type': 'text/csv', 'content-disposition': disposition }).end('read_at,register,value\r\n2026-11-20T14:00:00Z,heat_energy_kwh,600.000\r\n');
      }
      if (sub === '/readings') return void json(JSON.stringify(readingPage(meter, url.searchParams)));
      if (sub === '/readouts') return void json(JSON.stringify(startCommand(meter)), 202);
      if (sub === '/adoption') {
        Object.assign(meter, { origin: 'portal', edition: meter.edition + 1 });
        return void json(JSON.stringify(meter));
      }
      if (method === 'GET') return void json(JSON.stringify(meter));
      const tag = request.headers['if-match'] ?? '';
      if (tag !== `"${meter.edition}"`) {
        return void refuse(problem(412, 'changed_meanwhile', 'It was changed meanwhile', `${meter.form['name']} was changed meanwhile; load it again.`));
      }
      if (method === 'PUT') return save(meter, asked, meter.id, refuse, json);
      fleet.meters.splice(fleet.meters.indexOf(meter), 1);
      return void response.writeHead(204).end();
    }
    return void refuse(problem(404, 'unknown_path', 'There is nothing here', `The API has no ${path}.`));
  }

  /**
   * @param {import('./fleet.js').Meter | null} meter @param {Record<string, any>} form @param {string} own
   * @param {(refusal: {status: number, body: string}) => void} refuse @param {(body: string, status?: number) => void} json
   */
  function save(meter, form, own, refuse, json) {
    if (access.account?.role !== 'admin') return refuse(problem(403, 'forbidden', 'This is not allowed', 'This needs the role admin.'));
    const errors = formErrors(form, fleet);
    if (errors.length > 0) return refuse(problem(422, 'bad_form', 'The form cannot be saved', errors.map((one) => one.message).join('; '), { errors }));
    const taken = clash(form, fleet, own);
    if (taken) {
      return refuse(problem(409, 'address_taken', 'The address belongs to another meter', `The meter ${taken.form['name']} has the address ${form['address']} on this bus; give this one another`));
    }
    const now = new Date().toISOString();
    const saved = {
      ...(meter ?? { id: `meter-${100 + fleet.meters.length}`, created_at: now, last_attempt_at: null, last_success_at: null, findings: [], readings: [] }),
      edition: (meter?.edition ?? 0) + 1, updated_at: now, form,
    };
    const whole = { ...saved, ...told(saved) };
    if (meter) Object.assign(meter, whole);
    else fleet.meters.push(whole);
    const gateway = fleet.gateways.find((one) => one.id === form['gateway']);
    if (gateway) gateway.wanted_revision += 1;
    tell('meters', { meters: [saved.id] });
    json(JSON.stringify(whole), meter ? 200 : 201);
  }

  /** @param {import('./fleet.js').Meter} meter */
  function startCommand(meter) {
    const gateway = fleet.gateways.find((one) => one.id === meter.form['gateway']);
    const command = {
      id: `command-${commands.size + 1}`, gateway: meter.form['gateway'], kind: 'read_meter', meter: meter.id, address: null, new_address: null,
      state: 'queued', gateway_online: gateway?.state === 'online', created_at: new Date().toISOString(), created_by: 'admin',
      expires_at: new Date(Date.now() + 600_000).toISOString(), replied_at: null, progress: /** @type {object[]} */ ([]), heard: /** @type {any} */ (null), address_changed: null, finding: /** @type {any} */ (null),
    };
    commands.set(command.id, command);
    const silent = meter.findings.some((/** @type {{code: string}} */ one) => one.code === 'no_answer');
    const step = (/** @type {string} */ state, /** @type {string} */ words) => {
      command.state = state;
      command.progress = [...command.progress, { at: new Date().toISOString(), step: state, text: words }];
      tell('command', { gateway: command.gateway, command: command.id });
    };
    const acts = [
      () => step('delivered', 'The gateway has fetched the command.'),
      () => step('running', `Reading ${meter.form['name']} on ${meter.form['bus'] ?? 'cellar-1'}.`),
      () => {
        if (silent) command.finding = JSON.parse(silence('cellar-1', String(meter.form['address'])).body).finding;
        else {
          const heard = JSON.parse(s3uReadout('cellar-1', String(meter.form['address'])));
          command.heard = { ...heard, read_at: new Date().toISOString() };
        }
        step(silent ? 'failed' : 'done', silent ? 'It did not answer.' : 'It answered.');
      },
    ];
    if (command.gateway_online) acts.forEach((act, index) => setTimeout(act, pace * (index + 1)));
    return command;
  }

  await /** @type {Promise<void>} */ (new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve())));
  const bound = server.address();
  return {
    url: `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : port}`,
    fleet,
    access,
    requests,
    tell,
    commands,
    claim: places.claim,
    delayCommands(milliseconds) {
      pace = milliseconds;
    },
    disappear() {
      away = true;
      server.closeAllConnections();
    },
    comeBack() {
      away = false;
    },
    endSessions() {
      access.account = null;
      for (const listener of listeners) listener.end();
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const unknown = (/** @type {string} */ id) => problem(404, 'unknown', 'There is no such thing', `There is no "${id}".`);

/** @param {import('./fleet.js').Meter} meter @param {URLSearchParams} query */
function readingPage(meter, query) {
  if (meter.last_success_at === null) return { items: [], next: null };
  const first = Number(query.get('after') ?? 0);
  const limit = Number(query.get('limit') ?? 100);
  const last = Date.parse(meter.last_attempt_at);
  const failed = meter.last_attempt_at !== meter.last_success_at;
  const items = Array.from({ length: limit }, (_, index) => {
    const number = first + index;
    const read_at = new Date(last - number * QUARTER).toISOString();
    const bad = failed && number === 0;
    const readings = bad ? [] : heatReadings(Date.parse(read_at), 0, String(12_345 - number));
    return {
      id: `readout-${meter.id}-${number}${bad ? '-failed' : ''}`, read_at, outcome: bad ? 'failed' : number === 3 ? 'partial' : 'complete',
      mapping_revision: 'a1b2c3', address: '1', telegrams: bad ? 0 : 1, readings, findings: bad ? meter.findings : [],
    };
  });
  return { items, next: first + limit < 40 ? String(first + limit) : null };
}

/** @param {string} id */
function storedReadout(id) {
  const whole = { ...JSON.parse(s3uReadout('cellar-1', '1')), read_at: new Date().toISOString(), sent: null, answered_after_ms: null, elapsed_ms: null, tries: null };
  return JSON.stringify(id.endsWith('failed') ? { ...whole, identification: null, index: null, telegrams: [], lines: [], bytes: 0 } : whole);
}

/** @param {string} path @param {import('node:http').ServerResponse} response */
async function page(path, response) {
  // As the real one: the link of the first start leads to the page itself.
  const file = path === '/' ? 'index.html' : path.slice(1);
  if (path === '/setup') return void response.writeHead(303, { location: './' }).end();
  const type = TYPES[file.split('.').pop() ?? ''] ?? 'application/octet-stream';
  const bytes = file.includes('..') ? null : await readFile(`${built}${file}`).catch(() => null);
  if (!bytes) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': type, 'content-security-policy': CONTENT_SECURITY_POLICY, 'x-content-type-options': 'nosniff' }).end(bytes);
}

/** @param {import('node:http').IncomingMessage} request */
async function text(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
