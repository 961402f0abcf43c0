import { z } from 'zod';
import { Secret } from '../domain/secret';
import type { FeishuEvent } from './envelope';

/** Feishu sends it every hour to a store app, and when the app asks for it. (fact 22) */
export const APP_TICKET_EVENT = 'app_ticket';

const content = z.object({ app_ticket: z.string().min(1).max(1_024) });

/** The ticket; `undefined` if the event has none. */
export function readAppTicket(event: FeishuEvent): Secret | undefined {
  const { data } = content.safeParse(event.content);
  return data && new Secret(data.app_ticket);
}
