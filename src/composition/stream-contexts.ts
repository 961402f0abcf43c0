import { createAuthorize } from '../auth/authorize';
import type { Config } from '../config';
import type { OperationEnd } from '../domain/operation-end';
import type { GraphQLContext } from '../graphql/context';
import type { Admission } from '../http/admission';
import type { StreamLife } from '../http/stream-life';
import {
  createOpenChanges,
  type OpenChanges,
  type StageTaskChanges,
} from '../loading/change-loader';
import type { ContextLoading, Contexts } from './contexts';

/** Makes the contexts of each request for a stream: that of the request, and that of its events. */
export function createStreamContexts(
  config: Config,
  loading: ContextLoading,
  createContext: Contexts['createContext'],
): Contexts['createStreamContext'] {
  return (admission, life, { opening = createContext(admission), lastEventId } = {}) => {
    const context = createContext({ ...admission, scope: life.scope });
    // A stream has no deadline, after which its tenant could be forgotten.
    whenEnded(life.scope.end, loading.retain(admission.principal.tenantKey));
    const openChanges = createOpening(config, loading, { admission, life, opening, lastEventId });
    let changes: StageTaskChanges | undefined;
    const open: OpenChanges = async (users, semesterId) =>
      (changes = await openChanges(users, semesterId));
    return {
      ...opening,
      stream: { context: { ...context, openChanges: open }, eventId: () => changes?.eventId() },
    };
  };
}

interface StreamParts {
  readonly admission: Admission;
  readonly life: StreamLife;
  readonly opening: GraphQLContext;
  readonly lastEventId: string | undefined;
}

/** Opens the changes that the principal may read of its tenant. */
function createOpening(
  { auth, filterStrategy }: Config,
  loading: ContextLoading,
  { admission: { principal }, life, opening, lastEventId }: StreamParts,
): OpenChanges {
  const { changes: feed, answers } = loading.of(principal.tenantKey);
  return createOpenChanges({
    ...{ feed, answers, strategy: filterStrategy, lastEventId },
    authorize: createAuthorize(principal, auth.upstreamIdentity, opening.denials),
    verify: life.verify,
    opening: opening.loader,
    end: life.scope.end,
    onReturn() {
      life.finish('closed');
    },
    nowMs: opening.nowMs,
    freshMs: loading.freshMs,
  });
}

function whenEnded(end: OperationEnd, release: () => void): void {
  if (end.aborted) release();
  else end.addEventListener('abort', release, { once: true });
}
