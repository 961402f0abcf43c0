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
import type { ContextLoading, Contexts } from './contexts';
import type { Deps } from './deps';
import type { TenantLoading } from './tenant-loading';

/** Makes the context of each operation, which reads from the tenant of its principal. */
export function createOperationContexts(
  config: Config,
  { clock }: Pick<Deps, 'clock'>,
  loading: ContextLoading,
  userNaming: UserNaming,
): Contexts['createContext'] {
  const toDate = createWallTime(clock);
  const viewerType = viewerIdType(config.federationUserKey);
  const createParts = createOperationParts(() => clock.now());
  const createLoader = createLoaders(config, loading.freshMs);
  return (admission) => {
    const { scope, principal } = admission;
    const tenant = loading.of(principal.tenantKey);
    const parts = createParts(admission, tenant);
    return {
      requestId: scope.requestId,
      tenantKey: principal.tenantKey,
      loader: createLoader(admission, tenant, parts),
      findViewer: () => findViewer(principal, viewerType),
      requireViewer: () => requireViewer(principal, viewerType),
      principalQuota: parts.principalQuota,
      denials: parts.denials,
      quota: tenant.quota,
      startedAtMs: clock.now(),
      nowMs: () => clock.now(),
      toDate,
      cachePolicy: parts.cachePolicy,
      locale: negotiateLocale(scope.acceptLanguage),
      userNaming,
      answer: { estimatedBytes: 0 },
      partialErrors: [],
      turns: parts.turns,
      span: scope.span,
    };
  };
}

/** What the loader of an operation and its resolvers share. */
type OperationParts = Pick<GraphQLContext, 'denials' | 'cachePolicy' | 'turns' | 'principalQuota'>;

function createOperationParts(nowMs: () => number) {
  const turnsOf = createTurns(nowMs);
  return (
    { scope, principal }: Admission,
    { principalQuotas }: Pick<TenantLoading, 'principalQuotas'>,
  ): OperationParts => ({
    denials: createDenials(principal),
    cachePolicy: createCachePolicy(),
    turns: turnsOf(scope),
    principalQuota: principalQuotas(principal, scope),
  });
}

/** The loader of one operation, which reads what its principal may read of its tenant. */
function createLoaders({ auth, filterStrategy }: Config, freshMs: number) {
  const mode = auth.upstreamIdentity;
  return (
    { scope, principal }: Admission,
    { answers, pages, directory, semesters }: TenantLoading,
    { denials, cachePolicy, turns, principalQuota }: OperationParts,
  ): RequestLoader =>
    // No spread: V8 would make a hidden class for each operation (docs/decisions/0021-fast-path.md).
    createRequestLoader({
      answers,
      pages,
      directory,
      freshMs,
      cachePolicy,
      turns,
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
