import type { Config } from '../config';
import { ANONYMOUS } from '../domain/principal';
import { createRateLimit } from '../http/rate-limit';
import type { WebhookRouteOptions } from '../http/webhook.route';
import { createCountedWarnings } from '../observability/counted-warnings';
import type { FeishuEvent } from '../webhook/envelope';
import { createHandleEvent } from '../webhook/handle-event';
import { createOpenRequest } from '../webhook/open-request';
import { createSeenEvents, type SeenEvents } from '../webhook/seen-events';
import { createSharedSeenEvents } from '../webhook/shared-seen-events';
import type { Deps } from './deps';
import type { Loading } from './loading';
import type { SharedState } from './shared-state';

/** Of one address. Feishu sends fewer events than that, also to the app of many companies. */
const REQUESTS_PER_MINUTE = 6_000;

/** What receives Feishu's events; `undefined` unless their keys are configured. */
export function createWebhook(
  { events }: Config,
  { clock, log, metrics }: Deps,
  { sharedState, listeners }: Pick<Loading, 'sharedState' | 'listeners'>,
): WebhookRouteOptions | undefined {
  if (!events) return undefined;
  const nowMs = () => clock.now();
  const countRequest = createRateLimit(REQUESTS_PER_MINUTE, nowMs);
  const handle = createHandleEvent({ seen: createSeen(nowMs, sharedState), ...listeners });
  const warn = createCountedWarnings({
    log,
    nowMs,
    message: 'webhook requests refused',
  });

  async function work(event: FeishuEvent): Promise<void> {
    try {
      metrics.observeEvent(await handle(event));
    } catch (error) {
      metrics.observeEvent('failed');
      log.error({ err: error, eventType: event.type }, 'event failed');
    }
  }

  return {
    requests: createOpenRequest({ ...events, unixMs: () => clock.unixMs() }),
    onEvent: (event) => void work(event),
    onUrlCheck() {
      metrics.observeEvent('url_check');
      log.info('webhook URL checked by Feishu');
    },
    onRefused(refusal) {
      metrics.observeEvent(refusal);
      warn(refusal);
    },
    countRequest: (address) => {
      countRequest(ANONYMOUS, address);
    },
  };
}

function createSeen(nowMs: () => number, sharedState: SharedState | undefined): SeenEvents {
  const own = createSeenEvents(nowMs);
  return sharedState ? createSharedSeenEvents({ ...sharedState, own }) : own;
}
