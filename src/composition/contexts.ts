import { createAuthorize, createAuthorizeEveryone } from '../auth/authorize';
import { createDenials } from '../auth/denials';
import { findViewer, requireViewer, viewerIdType } from '../auth/viewer';
import type { Config } from '../config';
import { createCachePolicy } from '../domain/cache-policy';
import type { OperationEnd } from '../domain/operation-end';
import { createWallTime } from '../domain/wall-time';
import type { GraphQLContext, StreamContext } from '../graphql/context';
import type { UserNaming } from '../graphql/entities/user-key';
import type { Admission } from '../http/admission';
import { negotiateLocale } from '../http/locale';
import type { StreamLife } from '../http/stream-life';
import { createBeforeFetch } from '../loading/before-fetch';
import {
  createOpenChanges,
  type OpenChanges,
  type StageTaskChanges,
} from '../loading/change-loader';
import { createRequestLoader, type RequestLoader } from '../loading/request-loader';
import { createTurns } from '../loading/turns';
import type { Deps } from './deps';
import type { Loading } from './loading';
import type { TenantLoading } from './tenant-loading';

/** Makes the contexts that the resolvers of one operation share. */
export interface Contexts {
  readonly createContext: (admission: Admission) => GraphQLContext;
  /**
   * The context of a request for a stream.
   * @param given where the stream starts, and what the last event was that the client has received
   */
  readonly createStreamContext: (
    admission: Admission,
    life: StreamLife,
    given?: StreamStart,
  ) => StreamContext;
}

/** How a stream starts. */
export interface StreamStart {
  /** The context of the request; by default a new one. */
  readonly opening?: GraphQLContext;
  readonly lastEventId?: string | undefined;
}

export function createContexts(
  config: Config,
  { clock }: Deps,
  loading: Loading,
  userNaming: UserNaming,
): Contexts {
  const toDate = createWallTime(clock);
  const viewerType = viewerIdType(config.federationUserKey);
  const turnsOf = createTurns(() => clock.now());
  const createLoader = createLoaders(config, loading.freshMs);
  const createContext = (admission: Admission): GraphQLContext => {
    const { scope, principal } = admission;
    const denials = createDenials(principal);
    const cachePolicy = createCachePolicy();
    const turns = turnsOf(scope);
    const tenant = loading.of(principal.tenantKey);
    const principalQuota = tenant.principalQuotas(principal, scope);
    return {
      requestId: scope.requestId,
      tenantKey: principal.tenantKey,
      loader: createLoader(admission, tenant, { denials, cachePolicy, turns, principalQuota }),
      findViewer: () => findViewer(principal, viewerType),
      requireViewer: () => requireViewer(principal, viewerType),
      principalQuota,
      denials,
      quota: tenant.quota,
      startedAtMs: clock.now(),
      nowMs: () => clock.now(),
      toDate,
      cachePolicy,
      locale: negotiateLocale(scope.acceptLanguage),
      userNaming,
      answer: { estimatedBytes: 0 },
      partialErrors: [],
      turns,
      span: scope.span,
    };
  };
  const { auth, filterStrategy: strategy } = config;
  return {
    createContext,
    createStreamContext(admission, life, { opening = createContext(admission), lastEventId } = {}) {
      const { principal } = admission;
      const tenant = loading.of(principal.tenantKey);
      const context = createContext({ ...admission, scope: life.scope });
      // A stream has no deadline, after which its tenant could be forgotten.
      whenEnded(life.scope.end, loading.retain(principal.tenantKey));
      let changes: StageTaskChanges | undefined;
      const openChanges = createOpenChanges({
        ...{ feed: tenant.changes, answers: tenant.answers, strategy, lastEventId },
        authorize: createAuthorize(principal, auth.upstreamIdentity, opening.denials),
        verify: life.verify,
        opening: opening.loader,
        end: life.scope.end,
        onReturn() {
          life.finish('closed');
        },
        nowMs: context.nowMs,
      });
      const open: OpenChanges = async (users, semesterId) =>
        (changes = await openChanges(users, semesterId));
      return {
        ...opening,
        stream: {
          context: { ...context, openChanges: open },
          eventId: () => changes?.eventId(),
        },
      };
    },
  };
}

function whenEnded(end: OperationEnd, release: () => void): void {
  if (end.aborted) release();
  else end.addEventListener('abort', release, { once: true });
}

/** What the loader of an operation and its resolvers share. */
type OperationParts = Pick<GraphQLContext, 'denials' | 'cachePolicy' | 'turns' | 'principalQuota'>;

/** The loader of one operation, which reads what its principal may read of its tenant. */
function createLoaders({ auth, filterStrategy }: Config, freshMs: number) {
  const mode = auth.upstreamIdentity;
  return (
    { scope, principal }: Admission,
    { answers, pages, directory, semesters }: TenantLoading,
    { denials, cachePolicy, turns, principalQuota }: OperationParts,
  ): RequestLoader =>
    createRequestLoader({
      ...{ answers, pages, directory, freshMs, cachePolicy, turns },
      authorize: createAuthorize(principal, mode, denials),
      authorizeEveryone: createAuthorizeEveryone(principal, mode, denials),
      beforeFetch: createBeforeFetch({
        policy: principal.policy,
        cycles: semesters,
        quota: principalQuota,
        life: scope,
      }),
      charge: principalQuota.charge,
      strategy: filterStrategy,
      leavesReserve: principal.kind === 'service',
      life: scope,
    });
}
