import type { KeyGenerator } from '@urql/exchange-graphcache';

/**
 * The same ID can name two people if its type differs. Without `idType`, a selection does not identify a
 * person, so the cache keeps it in its parent field, whose arguments do.
 */
const identifyUser: KeyGenerator = ({ id, idType }) =>
  typeof id === 'string' && typeof idType === 'string' ? `${idType}:${id}` : null;

/** A value without identity. The cache merges what different queries select of it in the same field. */
const embedded: KeyGenerator = () => null;

/** For `cacheExchange({ keys })` of `@urql/exchange-graphcache`. */
export const keys = {
  User: identifyUser,
  LocalizedText: embedded,
  // The cache merges lists of values by position: always select `option` and `count` together.
  StageTaskCount: embedded,
  StageTaskSummary: embedded,
  PageInfo: embedded,
  UserStageTasksConnection: embedded,
  // Likewise, select `cursor` and `node` together.
  UserStageTasksEdge: embedded,
  UpstreamQuota: embedded,
};
