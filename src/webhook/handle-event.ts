import type { Secret } from '../domain/secret';
import { APP_TICKET_EVENT, readAppTicket } from './app-ticket';
import type { FeishuEvent } from './envelope';
import { readReviewChanges, REVIEW_EVENTS, type ReviewChange } from './review-change';
import type { SeenEvents } from './seen-events';

/** Ports: what happens with the content of events. */
export interface EventListeners {
  readonly onAppTicket: (ticket: Secret) => unknown;
  readonly onReviewChange: (change: ReviewChange) => unknown;
}

/** `unused`: an event of another type. Its app subscribes to more than the gateway needs. */
export type EventOutcome = 'handled' | 'repeated' | 'unused';

export interface HandleEventOptions extends EventListeners {
  readonly seen: SeenEvents;
}

/** Tells the listeners of each event once, however often Feishu sends it. Rejects if a listener fails. */
export function createHandleEvent(options: HandleEventOptions) {
  const { seen, onAppTicket, onReviewChange } = options;
  return async (event: FeishuEvent): Promise<EventOutcome> => {
    const isTicket = event.type === APP_TICKET_EVENT;
    if (!isTicket && !REVIEW_EVENTS.has(event.type)) return 'unused';
    if (!(await seen.note(event.id))) return 'repeated';
    if (isTicket) {
      const ticket = readAppTicket(event);
      if (ticket) await onAppTicket(ticket);
    } else for (const change of readReviewChanges(event)) await onReviewChange(change);
    return 'handled';
  };
}
