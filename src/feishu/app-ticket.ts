import { createChangeSignal } from '../domain/change-signal';
import type { Clock } from '../domain/clock';
import { Secret } from '../domain/secret';
import type { SharedText } from '../domain/shared-text';
import type { Logger } from '../observability/logger';
import type { Credentials } from './credentials';
import { AppTicketMissing } from './ports';

/** How long calls wait for a ticket that Feishu was asked for. Shorter than the deadline of a token call. */
const WAIT_MS = 8_000;
/** Feishu repeats an event that was not acknowledged after 15 s, so a second request would not be sooner. */
const ASK_AGAIN_MS = 30_000;
/** The pause after a failed request. Until then, all calls fail for the same reason. */
const RETRY_MS = 5_000;

/** The ticket of a store app. Feishu sends one every hour, and on request, but only to the webhook. (fact 22) */
export interface AppTicket {
  /** For the call that fetches the app token. A refused ticket is dropped, and Feishu is asked for another one. */
  readonly credentials: Credentials;
  /** Accepts a ticket that Feishu has sent. */
  receive(ticket: Secret): void;
}

export interface AppTicketOptions {
  /** Makes one call to `app_ticket/resend`. */
  readonly askForTicket: () => Promise<void>;
  /** What replicas share; `undefined`: this process is the only one. */
  readonly shared?: SharedText | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createAppTicket(options: AppTicketOptions): AppTicket {
  const { askForTicket, shared, clock, log } = options;
  const arrival = createChangeSignal();
  let current: Secret | undefined;
  let refusedText: string | undefined;
  let search: Promise<Secret> | undefined;
  let askAgainAtMs = -Infinity;
  /** Why the last request for a ticket failed. */
  let failed: { readonly reason: unknown } | undefined;

  function accept(ticket: Secret): void {
    current = ticket;
    arrival.fire();
  }

  async function find(): Promise<Secret> {
    const known = await shared?.read();
    if (current) return current;
    if (known !== undefined && known !== refusedText) return (current = new Secret(known));
    if (clock.now() < askAgainAtMs)
      throw failed ? failed.reason : noTicket(askAgainAtMs - clock.now());
    await ask();
    return waitForTicket();
  }

  /** Feishu's answer says only that it will send a ticket. */
  async function ask(): Promise<void> {
    askAgainAtMs = clock.now() + ASK_AGAIN_MS;
    failed = undefined;
    log.info('app ticket requested');
    try {
      await askForTicket();
    } catch (reason) {
      askAgainAtMs = clock.now() + RETRY_MS;
      failed = { reason };
      throw reason;
    }
  }

  async function waitForTicket(): Promise<Secret> {
    const giveUpAtMs = clock.now() + WAIT_MS;
    while (!current && clock.now() < giveUpAtMs) {
      await clock.sleep(giveUpAtMs - clock.now(), arrival.next()).catch(() => undefined);
    }
    if (current) return current;
    log.warn('app ticket missing: Feishu has sent none to the webhook');
    throw noTicket(askAgainAtMs - clock.now());
  }

  shared?.onWritten((text) => {
    // The message of a ticket may arrive after Feishu has refused the ticket.
    if (text !== refusedText && text !== current?.reveal()) accept(new Secret(text));
  });
  return {
    credentials: {
      kind: 'app',
      token: async () => current ?? (search ??= find().finally(() => (search = undefined))),
      drop(refused) {
        refusedText = refused?.reveal();
        if (current?.reveal() === refusedText) current = undefined;
        return true;
      },
    },
    receive(ticket) {
      log.info('app ticket received');
      accept(ticket);
      shared?.write(ticket.reveal());
    },
  };
}

function noTicket(retryAfterMs: number): AppTicketMissing {
  const upstream = { code: null, httpStatus: null, logId: null };
  return new AppTicketMissing({ retryAfterMs, upstream });
}
