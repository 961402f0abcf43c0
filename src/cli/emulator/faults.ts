import type { ApiName } from '../../emulator/call-log';
import type { Fault } from '../../emulator/faults';

const APIS: readonly ApiName[] = [
  'find_by_user_list',
  'find_by_page',
  'semesters',
  'user_info',
  'tenant_token',
  'oauth_token',
  'app_ticket',
  'app_token',
];

/** In the order of `--help`. */
const EFFECTS = '<status>, <status>/<code>, delay=<ms>, reset, cut-body, size=<bytes>';

export const FAULT_HELP = `
Faults: --fault <api>:<effect>[,<effect>][x<times>]

  <api>     ${APIS.slice(0, 5).join(', ')},
            ${APIS.slice(5).join(', ')}, any
  <effect>  429           an answer with this HTTP status and its usual code
            400/1580102   an answer with this HTTP status and code
            delay=500     delay the answer by this many milliseconds
            reset         reset the connection without an answer
            cut-body      send half of the answer, then close the connection
            size=5000000  pad the answer to this many bytes
  x<times>  the number of calls, e.g. x3, or xall for all calls; 1 by default

  --fault find_by_user_list:429 --fault semesters:500x3 --fault any:delay=300xall`;

/** Reads `<api>:<effect>[,<effect>][x<times>]`. @throws Error that says what is expected and given */
export function readFault(text: string): Fault {
  const [, api = '', effects = '', times] = /^([^:]*):(.*?)(?:x(\d+|all))?$/.exec(text) ?? [];
  if (api === '' || effects === '') throw unexpected('<api>:<effect>[x<times>]', text);
  const fault = effects
    .split(',')
    .reduce<Fault>((effect, part) => ({ ...effect, ...readEffect(part) }), readApi(api));
  return times === undefined ? fault : { ...fault, times: readTimes(times) };
}

function readApi(text: string): Pick<Fault, 'api'> {
  if (text === 'any') return {};
  const api = APIS.find((name) => name === text);
  if (api === undefined) throw unexpected(`${APIS.join(', ')} or any`, text);
  return { api };
}

function readEffect(text: string): Fault {
  if (text === 'reset' || text === 'cut-body') return { connection: text };
  const [, key, value] = /^(delay|size)=(\d+)$/.exec(text) ?? [];
  if (key === 'delay') return { delayMs: Number(value) };
  if (key === 'size') return { oversizedBodyBytes: Number(value) };
  const [, status, code] = /^([2-5]\d\d)(?:\/(\d+))?$/.exec(text) ?? [];
  if (status === undefined) throw unexpected(`one of ${EFFECTS}`, text);
  return { answer: { status: Number(status), ...(code !== undefined && { code: Number(code) }) } };
}

function readTimes(text: string): number {
  if (text === '0') throw unexpected('x1 or more, or xall', 'x0');
  return text === 'all' ? Infinity : Number(text);
}

function unexpected(expected: string, got: string): Error {
  return new Error(`--fault: expected ${expected}, got '${got}'`);
}
