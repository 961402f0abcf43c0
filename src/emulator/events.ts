import { randomUUID } from 'node:crypto';
import type { Settings } from './options';
import type { Person } from './people';

/** The events about reviews that apps can subscribe to. (fact 29) */
export type ReviewEventType =
  'performance.stage_task.open_result_v2' | 'performance.review_data.changed_v2';

/** A change of some people's reviews in one cycle. */
export interface ReviewEvent {
  readonly type: ReviewEventType;
  readonly tenantKey: string;
  readonly semesterId: string;
  readonly people: readonly Person[];
}

/** An event with the ID that stays the same when it is repeated. */
export interface IdentifiedEvent {
  readonly id: string;
  readonly type: string;
  readonly body: object;
}

type EventSettings = Pick<Settings, 'appId' | 'verificationToken' | 'now'>;

/** The event that carries a ticket, in the first version of envelopes. (fact 22) */
export function ticketEvent(ticket: string, settings: EventSettings): IdentifiedEvent {
  const { appId, verificationToken, now } = settings;
  const id = randomUUID();
  const event = { type: 'app_ticket', app_id: appId, app_ticket: ticket };
  const ts = (now() / 1_000).toFixed(6);
  const body = { uuid: id, token: verificationToken, ts, type: 'event_callback', event };
  return { id, type: event.type, body };
}

/** An event about reviews, in the second version of envelopes. The fields are those of the official SDK. */
export function reviewEvent(change: ReviewEvent, settings: EventSettings): IdentifiedEvent {
  const { appId, verificationToken, now } = settings;
  const { type, tenantKey } = change;
  const id = randomUUID();
  const header = {
    event_id: id,
    event_type: type,
    create_time: String(now()),
    token: verificationToken,
    app_id: appId,
    tenant_key: tenantKey,
  };
  const items = change.people.map((person) => reviewItem(change, person, now()));
  return { id, type, body: { schema: '2.0', header, event: { items } } };
}

function reviewItem({ type, semesterId }: ReviewEvent, person: Person, nowMs: number): object {
  const { openId, unionId, userId } = person;
  const item = {
    user_id: { open_id: openId, union_id: unionId, user_id: userId },
    semester_id: semesterId,
    activity_id: semesterId,
  };
  if (type === 'performance.stage_task.open_result_v2')
    return { ...item, open_time: String(nowMs) };
  const change = { stage_id: semesterId, stage_type: 'review', review_stage_role: 'reviewee' };
  return { ...item, stage_changes: [change] };
}
