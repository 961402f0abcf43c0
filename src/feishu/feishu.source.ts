import type { Clock } from '../domain/clock';
import { GatewayError, type UpstreamTrace } from '../domain/errors';
import type { Logger } from '../observability/logger';
import type { FeishuClient, FeishuRequest } from './feishu-client';
import { userCredentials, type Credentials } from './credentials';
import { createPartReaders } from './part-readers';
import {
  MAX_USERS_PER_CALL,
  type SemesterSource,
  type StageTaskPageQuery,
  type StageTaskPageSource,
  type StageTaskQuery,
  type StageTaskSource,
  type UpstreamIdentity,
} from './ports';
import { fromBase, fromListItem } from './semester.mapping';
import { readItems, readPage } from './stage-task.answer';
import { toPageBody, toRequestBody, toUserIdTypeWire } from './stage-task.mapping';
import { countUnreadable, type NoteUnreadable, type UnreadableParts } from './unreadable';
import { semestersDataWire, type SemestersDataWire } from './wire/semester.wire';
import {
  findByPageDataWire,
  findByUserListDataWire,
  type ReceivedDataWire,
  type ReceivedPageWire,
} from './wire/stage-task.wire';

export interface FeishuSourceOptions {
  readonly client: FeishuClient;
  readonly app: Credentials;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called once for each answer with unusable parts. */
  readonly onUnreadable: (parts: UnreadableParts) => void;
}

export type FeishuSource = StageTaskSource & StageTaskPageSource & SemesterSource;

/** Reads stage tasks and cycles from Feishu Performance and converts them to domain types. */
export function createFeishuSource(options: FeishuSourceOptions): FeishuSource {
  const { client, app, clock, log, onUnreadable } = options;
  const readers = createPartReaders();
  const credentialsOf = (identity: UpstreamIdentity) =>
    identity.kind === 'app' ? app : userCredentials(identity.accessToken);

  /** Logs one line for an answer with unusable parts, without values of the answer. */
  function decode<T>(answer: object, read: (note: NoteUnreadable) => T): T {
    const { parts: unreadable, note } = countUnreadable();
    try {
      return read(note);
    } finally {
      if (Object.keys(unreadable).length > 0) {
        log.warn({ ...answer, unreadable }, 'answer decoded in part');
        onUnreadable(unreadable);
      }
    }
  }

  return {
    async ready(identity) {
      await credentialsOf(identity).token();
    },

    async findByUserList(query, identity, context) {
      requireCallable(query, identity);
      const { idType: userIdType, userIds } = query;
      const request = findByUserList(query);
      const askedAtMs = clock.now();
      const { value: data, trace } = await client.call(request, credentialsOf(identity), context);
      const usersAsked = userIds.length;
      const answer = { api: request.api, userIdType, usersAsked, upstream: trace };
      const read = decode(answer, (note) => readItems(query, data.items, trace, note, readers));
      const semester = fromBase(query.semesterId, data.base);
      return { ...read, semester, fetchedAtMs: clock.now(), askedAtMs };
    },

    async findByPage(query, context) {
      const request = findByPage(query);
      const askedAtMs = clock.now();
      const { value: data, trace } = await client.call(request, app, context);
      const answer = { api: request.api, userIdType: query.idType, upstream: trace };
      const read = decode(answer, (note) => readPage(query, data, trace, note, readers));
      const semester = fromBase(query.semesterId, data.base);
      return { ...read, semester, fetchedAtMs: clock.now(), askedAtMs };
    },

    async listSemesters(context) {
      const { value: data, trace } = await client.call(LIST_SEMESTERS, app, context);
      const items = data.items ?? [];
      const semesters = items.map(fromListItem).filter((semester) => semester !== null);
      const missing = items.length - semesters.length;
      decode({ api: LIST_SEMESTERS.api, upstream: trace }, (note) => {
        for (let i = 0; i < missing; i += 1) note('semester');
      });
      const isComplete = missing === 0 && Array.isArray(data.items);
      // An empty list would say that the tenant has no cycles.
      if (semesters.length === 0 && !isComplete) throw unreadableList(trace);
      return { semesters, isComplete };
    },
  };
}

/** Feishu would refuse such a call. @throws RangeError for a defect of the planner */
function requireCallable(query: StageTaskQuery, identity: UpstreamIdentity): void {
  const max = identity.kind === 'user' ? 1 : MAX_USERS_PER_CALL;
  const got = query.userIds.length;
  if (got < 1 || got > max) {
    throw new RangeError(
      `userIds: expected 1 to ${max} users, got ${got}: the limit of a call with the ${identity.kind} token`,
    );
  }
}

function unreadableList(upstream: UpstreamTrace): GatewayError {
  const message = "Feishu's list of review cycles could not be read.";
  return new GatewayError('UPSTREAM_MALFORMED', message, { upstream });
}

function findByUserList(query: StageTaskQuery): FeishuRequest<ReceivedDataWire> {
  return {
    api: 'find_by_user_list',
    method: 'POST',
    path: `/open-apis/performance/v1/stage_tasks/find_by_user_list?user_id_type=${toUserIdTypeWire(query.idType)}`,
    body: toRequestBody(query),
    userIds: query.userIds,
    decode: (envelope) => findByUserListDataWire.safeParse(envelope.data ?? {}),
  };
}

function findByPage(query: StageTaskPageQuery): FeishuRequest<ReceivedPageWire> {
  return {
    api: 'find_by_page',
    method: 'POST',
    path: `/open-apis/performance/v1/stage_tasks/find_by_page?user_id_type=${toUserIdTypeWire(query.idType)}`,
    body: toPageBody(query),
    decode: (envelope) => findByPageDataWire.safeParse(envelope.data ?? {}),
  };
}

const LIST_SEMESTERS: FeishuRequest<SemestersDataWire> = {
  api: 'semesters',
  method: 'GET',
  path: '/open-apis/performance/v1/semesters',
  decode: (envelope) => semestersDataWire.safeParse(envelope.data ?? {}),
};
