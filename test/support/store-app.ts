import { Secret } from '../../src/domain/secret';
import type { SharedText } from '../../src/domain/shared-text';
import { createAppCredentials } from '../../src/feishu/app-credentials';
import { createAppTicket } from '../../src/feishu/app-ticket';
import { createFeishuClient } from '../../src/feishu/feishu-client';
import { resendTicketRequest } from '../../src/feishu/store-token-requests';
import { fetchToken } from '../../src/feishu/token-requests';
import { createLogger } from '../../src/observability/logger';
import { scriptedTransport, type Envelope, type ReceivedRequest } from './scripted-transport';
import { VirtualClock } from './virtual-clock';

const HOURS_2 = 7_200;

/** What Feishu does besides answering. */
export interface StoreFeishu {
  /** A code instead of the answer; `undefined`: the answer. @param nth of the calls with this step, from 1 */
  readonly refuse?: (step: Step, nth: number, request: ReceivedRequest) => number | undefined;
  /** Called with each request for a ticket. */
  readonly onResend?: (send: (ticket: string) => void, nth: number) => void;
}

export type Step = 'resend' | 'app' | 'tenant' | 'call';

const STEPS: Readonly<Record<string, Step>> = {
  '/open-apis/auth/v3/app_ticket/resend': 'resend',
  '/open-apis/auth/v3/app_access_token': 'app',
  '/open-apis/auth/v3/tenant_access_token': 'tenant',
};

/** A store app on virtual time, in front of a Feishu with the answers of a test. */
export function startStoreApp(feishu: StoreFeishu = {}, shared?: SharedText) {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const log = createLogger('debug', { write: (line) => lines.push(line) });
  const counts: Record<Step, number> = { resend: 0, app: 0, tenant: 0, call: 0 };

  function answer(request: ReceivedRequest): Envelope {
    const step = STEPS[request.path] ?? 'call';
    const nth = (counts[step] += 1);
    const code = feishu.refuse?.(step, nth, request);
    if (code !== undefined) return { code };
    if (step === 'resend') feishu.onResend?.(send, nth);
    return { code: 0, ...tokenOf(step, nth, request) };
  }

  const { transport, received } = scriptedTransport(answer);
  const client = createFeishuClient({
    ...{ transport, clock, log, random: () => 0, onAttempt: () => undefined },
  });
  const app = { appId: 'cli_store', appSecret: new Secret('the-secret') };
  const ticket = createAppTicket({
    ...{ shared, clock, log },
    askForTicket: () => fetchToken(client, resendTicketRequest(app), clock),
  });
  const send = (text: string) => {
    ticket.receive(new Secret(text));
  };
  const credentials = createAppCredentials({ client, app, ticket, clock, log });

  /** Makes a call in the name of a company, as the sources do. */
  const call = (company: ReturnType<typeof credentials.of>) =>
    client.call(
      {
        api: 'find_by_page',
        method: 'POST',
        path: '/call',
        body: {},
        decode: () => ({ success: true, data: 'done' }),
      },
      company,
      { signal: new AbortController().signal, deadlineAtMs: clock.now() + 15_000 },
    );
  /** Settles a promise by letting virtual time pass. */
  const settled = async <T>(work: Promise<T>) => {
    const outcome = Promise.allSettled([work]);
    await new Promise(setImmediate);
    await clock.run();
    return (await outcome)[0];
  };
  const steps = () => received.map(({ path }) => STEPS[path] ?? 'call');
  return { clock, credentials, ticket, send, call, settled, steps, counts, received, lines };
}

function tokenOf(step: Step, nth: number, { body }: ReceivedRequest): object {
  if (step === 'app') return { app_access_token: `a-${nth}`, expire: HOURS_2 };
  const key = String(body['tenant_key']);
  return step === 'tenant' ? { tenant_access_token: `t-${key}-${nth}`, expire: HOURS_2 } : {};
}
