import { createAppTicket, type AppTicket } from '../feishu/app-ticket';
import type { FeishuClient } from '../feishu/feishu-client';
import { resendTicketRequest } from '../feishu/store-token-requests';
import { fetchToken, type FeishuApp } from '../feishu/token-requests';
import { createRedisText } from '../redis/redis-text';
import type { Deps } from './deps';
import type { SharedState } from './shared-state';

/** Feishu sends a new ticket every hour, and the one before stays valid for a while. (fact 22) */
const TICKET_LIFE_MS = 2 * 3_600_000;

/** The ticket of a store app. Replicas share it, because Feishu sends it to one of them. */
export function createStoreTicket(
  client: FeishuClient,
  app: FeishuApp,
  { clock, log }: Pick<Deps, 'clock' | 'log'>,
  sharedState: SharedState | undefined,
): AppTicket {
  const shared =
    sharedState &&
    createRedisText(`${sharedState.sealedPrefix}:ticket`, {
      ...{ ...sharedState, clock },
      lifeMs: TICKET_LIFE_MS,
    });
  return createAppTicket({
    ...{ shared, clock, log },
    askForTicket: () => fetchToken(client, resendTicketRequest(app), clock),
  });
}
