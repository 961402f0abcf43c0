import { createCallLog } from './call-log';
import type { EmulatorState } from './endpoint';
import type { EventSender } from './event-sender';
import { ticketEvent } from './events';
import { createFaultScript } from './faults';
import type { Settings } from './options';
import { createQuotas } from './quotas';
import { createTenants } from './tenants';
import { createTickets } from './tickets';
import { createTokenStore } from './tokens';

/** @param events sends tickets to the webhook */
export function createState(settings: Settings, events: EventSender): EmulatorState {
  const tickets = createTickets();
  return {
    settings,
    tenants: createTenants(settings),
    tokens: createTokenStore({
      now: settings.now,
      lifeSeconds: settings.tokenLifeSeconds,
      format: settings.tokenFormat,
    }),
    quotas: createQuotas(settings),
    faults: createFaultScript(),
    calls: createCallLog(),
    tickets,
    sendTicket: () => {
      events.send(ticketEvent(tickets.issue(), settings));
    },
  };
}
