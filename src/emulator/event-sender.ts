import { setTimeout as delay } from 'node:timers/promises';
import { eventRequest } from './event-request';
import type { IdentifiedEvent } from './events';
import type { Settings } from './options';

/** One attempt to deliver an event. */
export interface EventDelivery {
  readonly id: string;
  readonly type: string;
  /** HTTP status; `null` without an answer in time. */
  readonly status: number | null;
}

/** Posts events to the webhook until it acknowledges them. */
export interface EventSender {
  /** The newest 1,000 attempts, oldest first. */
  readonly deliveries: readonly EventDelivery[];
  /** Does nothing without a webhook. */
  send(event: IdentifiedEvent): void;
  /** Gives up what is not acknowledged. */
  close(): void;
}

/** Feishu waits this long for the acknowledgement. (fact 30) */
const ACKNOWLEDGE_MS = 3_000;
const MAX_DELIVERIES = 1_000;

type SenderSettings = Pick<Settings, 'webhookUrl' | 'encryptKey' | 'now' | 'eventRetrySeconds'>;

export function createEventSender(settings: SenderSettings): EventSender {
  const { webhookUrl, eventRetrySeconds } = settings;
  const deliveries: EventDelivery[] = [];
  const closing = new AbortController();

  /** Resolves with whether the webhook has acknowledged the event. */
  async function attempt({ id, type, body: event }: IdentifiedEvent): Promise<boolean> {
    // Each attempt is signed anew, because the webhook refuses old timestamps.
    const { headers, body } = eventRequest(event, settings);
    const signal = AbortSignal.timeout(ACKNOWLEDGE_MS);
    const status = await fetch(webhookUrl, { method: 'POST', headers, body, signal }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => null,
    );
    deliveries.push({ id, type, status });
    if (deliveries.length > MAX_DELIVERIES) deliveries.shift();
    return status === 200;
  }

  async function deliver(event: IdentifiedEvent): Promise<void> {
    for (const seconds of [0, ...eventRetrySeconds]) {
      await delay(seconds * 1_000, undefined, { signal: closing.signal, ref: false });
      if (await attempt(event)) return;
    }
  }

  return {
    deliveries,
    send(event) {
      // Rejects only when the emulator closes.
      if (webhookUrl !== '') deliver(event).catch(() => undefined);
    },
    close() {
      closing.abort();
    },
  };
}
