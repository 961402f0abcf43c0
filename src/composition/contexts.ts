import { createAuthorize, createAuthorizeEveryone } from '../auth/authorize';
import { createDenials } from '../auth/denials';
import { findViewer, requireViewer, viewerIdType } from '../auth/viewer';
import type { Config } from '../config';
import { createCachePolicy } from '../domain/cache-policy';
import { createWallTime } from '../domain/wall-time';
import type { GraphQLContext } from '../graphql/context';
import type { UserNaming } from '../graphql/entities/user-key';
import type { Admission } from '../http/admission';
import { negotiateLocale } from '../http/locale';
import { createBeforeFetch } from '../loading/before-fetch';
import { createRequestLoader, type RequestLoader } from '../loading/request-loader';
import { createTurns } from '../loading/turns';
import type { Deps } from './deps';
import type { Loading } from './loading';
import type { TenantLoading } from './tenant-loading';

/** Returns the context that the resolvers of one operation share. */
export function createContexts(
  config: Config,
  { clock }: Deps,
  loading: Loading,
  userNaming: UserNaming,
): (admission: Admission) => GraphQLContext {
  const toDate = createWallTime(clock);
  const viewerType = viewerIdType(config.federationUserKey);
  const turnsOf = createTurns(() => clock.now());
  const createLoader = createLoaders(config, loading.freshMs);
  return (admission) => {
    const { scope, principal } = admission;
    const denials = createDenials(principal);
    const cachePolicy = createCachePolicy();
    const turns = turnsOf(scope);
    const tenant = loading.of(principal.tenantKey);
    const principalQuota = tenant.principalQuotas(principal, scope);
    return {
      requestId: scope.requestId,
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
    };
  };
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
