import type { AppTicket } from '../feishu/app-ticket';
import type { EventListeners } from '../webhook/handle-event';
import type { TenantLoadings } from './loading';
import type { SharedState } from './shared-state';

export interface EventListenersParts {
  readonly ticket: AppTicket | undefined;
  readonly loadings: Pick<TenantLoadings, 'of' | 'known'>;
  readonly sharedState: SharedState | undefined;
}

/** What happens with the content of Feishu's events. */
export function createEventListeners(parts: EventListenersParts): EventListeners {
  const { ticket, loadings, sharedState } = parts;
  return {
    onAppTicket: (received) => ticket?.receive(received),
    onReviewChange(change) {
      const { tenantKey } = change;
      // Another replica may serve the tenant: it learns of the change through the tenant's channel.
      const isServed = sharedState !== undefined || loadings.known(tenantKey) !== undefined;
      // A use: the refresh may make calls, and a tenant that is created again would not know of them.
      if (isServed) loadings.of(tenantKey).noteChange(change);
    },
  };
}
