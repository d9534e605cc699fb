// Sites, gateways, and what gateways are told to do, of the mock portal.

import { changeOfAddress } from '../mock-gateway/addresses.js';
import { problem, s3uReadout, silence } from '../mock-gateway/readout.js';

const CODE = 'https://portal.example:8090#claim1.mpjtb9d5mpjtb9d5mpjtb9d5mpjtb9d5.8c1f0d7e6a5b4c3d2e1f00112233445566778899aabbccddeeff001122334455.2f6f1bd1';
const MINUTE = 60_000;

/** @typedef {{ status: number, body: string }} Answer */

/**
 * @param {import('./fleet.js').Fleet} fleet @param {(event: string, data: object) => void} tell @param {Map<string, any>} commands
 * @param {() => number} pace - how long each state of a command lasts
 */
export function mockPlaces(fleet, tell, commands, pace) {
  const json = (/** @type {unknown} */ body, status = 200) => ({ status, body: JSON.stringify(body) });
  const done = { status: 204, body: '' };
  let number = 50;

  /** @param {string} gateway */
  function code(gateway) {
    const one = fleet.gateways.find((known) => known.id === gateway);
    const expires_at = new Date(Date.now() + 24 * 60 * MINUTE).toISOString();
    if (one) one.claim_expires_at = expires_at;
    return json({ gateway, claim_code: CODE, expires_at }, 201);
  }

  /**
   * What is answered at the paths of sites and gateways; nothing at any other.
   * @param {string} method @param {string} noun @param {string | undefined} id @param {string} sub @param {any} asked
   * @param {string} role @param {URLSearchParams} query
   * @returns {Answer | null}
   */
  function answer(method, noun, id, sub, asked, role, query) {
    if (noun !== 'sites' && noun !== 'gateways') return null;
    const list = /** @type {any[]} */ (fleet[noun]);
    const one = id ? list.find((known) => known.id === decodeURIComponent(id)) : undefined;
    if (id && !one) return problem(404, 'unknown', 'There is no such thing', `There is no "${id}".`);
    if (method === 'GET') {
      if (sub === '/revisions') {
        const items = Array.from({ length: one.wanted_revision }, (_, index) => {
          const revision = one.wanted_revision - index;
          return { revision, created_at: new Date(Date.now() - (12 + index * 700) * MINUTE).toISOString(), created_by: index % 2 ? 'anna.brandt' : 'admin' };
        });
        return json({ items });
      }
      if (sub === '/commands') return json({ items: [...commands.values()].filter((command) => command.gateway === id).reverse() });
      return null;
    }
    const isCommand = sub === '/readouts' || sub === '/addresses';
    const needed = isCommand ? ['operator', 'admin'] : ['admin'];
    if (!needed.includes(role)) return problem(403, 'forbidden', 'This is not allowed', `This needs the role ${needed[0]}; you have ${role}.`);
    const taken = asked.name && list.find((known) => known !== one && known.name.toLowerCase() === asked.name.toLowerCase() && (noun === 'sites' || known.site === (asked.site ?? one?.site)));
    if (taken) return problem(409, 'name_taken', 'The name belongs to another', `"${taken.name}" is there already; give it another name.`);
    switch (`${method} ${noun}${id ? ' one' : ''}${sub}`) {
      case 'POST sites': {
        const site = { id: `site-${(number += 1)}`, name: asked.name, created_at: new Date().toISOString() };
        fleet.sites.push(site);
        return json(site, 201);
      }
      case 'PUT sites one':
        one.name = asked.name;
        return done;
      case 'PUT gateways one':
        one.name = asked.name;
        one.site = asked.site ?? one.site;
        return done;
      case 'DELETE gateways one': {
        const own = fleet.meters.filter((meter) => meter.form['gateway'] === id);
        const here = own.filter((meter) => meter.origin === 'portal').length;
        if (here > 0 && query.get('meters') !== 'remove') return problem(409, 'has_meters', 'It is still needed', `${id} still has ${here} meters that are configured here.`);
        fleet.meters = fleet.meters.filter((meter) => !own.includes(meter));
        fleet.gateways = fleet.gateways.filter((gateway) => gateway !== one);
        return done;
      }
      case 'DELETE sites one': {
        const gateways = fleet.gateways.filter((gateway) => gateway.site === id);
        if (gateways.length > 0) return problem(409, 'not_empty', 'It is still needed', `The site has ${gateways.length} gateways.`);
        fleet.sites = fleet.sites.filter((site) => site !== one);
        return done;
      }
      case 'POST gateways': {
        const id = `gateway-${(number += 1)}`;
        fleet.gateways.push({
          id, site: asked.site, name: asked.name, state: 'unclaimed', last_seen_at: null, claimed_at: null, claim_expires_at: null, version: null,
          wanted_revision: 0, reported: null, buses: [], problems: [], waiting: 0,
        });
        return code(id);
      }
      case 'POST gateways one/claim-codes':
        return code(one.id);
      case 'POST gateways one/readouts': {
        if (!/^(\d{1,3}|[0-9A-Fa-f]{16}|\d{4,8})$/.test(asked.address)) {
          return problem(422, 'bad_address', 'This is no address of a meter', `"${asked.address}" is no address: character 1 is not a digit. Give 0 to 250, the serial number, or 16 digits.`);
        }
        return json(start(one, { kind: 'read_address', bus: asked.bus ?? null, address: asked.address }, (command) => read(command, asked)), 202);
      }
      case 'POST gateways one/addresses':
        return json(start(one, { kind: 'set_address', bus: asked.bus ?? null, address: asked.current, new_address: asked.new }, (command) => change(command, asked)), 202);
      default:
        return null;
    }
  }

  return { answer, claim };

  /**
   * A command: where its gateway listens, it is fetched, done, and answered.
   * @param {any} gateway @param {{ kind: string, bus: string | null, address: string, new_address?: number }} what @param {(command: any) => string} end
   */
  function start(gateway, what, end) {
    const command = {
      id: `command-${commands.size + 1}`, gateway: gateway.id, meter: null, new_address: null, state: 'queued', gateway_online: gateway.state === 'online',
      created_at: new Date().toISOString(), created_by: 'admin', expires_at: new Date(Date.now() + 10 * MINUTE).toISOString(), replied_at: null,
      progress: /** @type {object[]} */ ([]), heard: null, address_changed: null, finding: null, ...what,
    };
    commands.set(command.id, command);
    const step = (/** @type {string} */ state, /** @type {string} */ word, /** @type {string} */ words) => {
      command.state = state;
      if (words) command.progress = [...command.progress, { at: new Date().toISOString(), step: word, text: words }];
      tell('command', { gateway: gateway.id, command: command.id });
    };
    const looking = what.kind === 'read_address' ? `Reading address ${what.address}` : `Looking who answers at ${what.address} and at ${what.new_address}`;
    const acts = [
      () => step('delivered', 'queued', 'Waiting until the bus is free'),
      () => step('running', 'reading', looking),
      () => {
        command.replied_at = /** @type {any} */ (new Date().toISOString());
        step(end(command), '', '');
      },
    ];
    if (command.gateway_online) acts.forEach((act, index) => setTimeout(act, pace() * (index + 1)));
    return command;
  }

  /** The gateway uses its code. @param {string} id */
  function claim(id) {
    const one = fleet.gateways.find((known) => known.id === id);
    if (!one) return;
    const now = new Date().toISOString();
    Object.assign(one, {
      state: 'online', claimed_at: now, claim_expires_at: null, last_seen_at: now, version: '0.1.0',
      buses: [{ id: 'cellar-1', name: 'Cellar, heating', state: 'online', problem: null }],
    });
    tell('gateway', { gateway: id });
  }
}

/** @param {any} command @param {any} asked */
function read(command, asked) {
  const bus = asked.bus ?? 'cellar-1';
  if (asked.address === '9') {
    command.finding = { ...JSON.parse(silence(bus, asked.address).body).finding, register: null };
    return 'failed';
  }
  command.heard = { ...JSON.parse(s3uReadout(bus, asked.address)), sent: null, read_at: new Date().toISOString() };
  return 'done';
}

/** @param {any} command @param {any} asked */
function change(command, asked) {
  const { status, body } = changeOfAddress(asked.bus ?? 'cellar-1', asked);
  const told = JSON.parse(body);
  if (status !== 200) {
    if (told.write) command.progress = [...command.progress, { at: new Date().toISOString(), step: 'writing', text: 'Writing the new address' }];
    command.finding = { ...told.finding, register: null };
    return 'failed';
  }
  command.address_changed = { bus: asked.bus ?? 'cellar-1', previous: asked.current, new: asked.new, identification: '20316513C5140004', steps: told.checks };
  return 'done';
}
