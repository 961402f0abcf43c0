import type { Config } from '../config';
import type { GraphQLContext, StreamContext } from '../graphql/context';
import type { UserNaming } from '../graphql/entities/user-key';
import type { Admission } from '../http/admission';
import type { StreamLife } from '../http/stream-life';
import type { Deps } from './deps';
import type { Loading } from './loading';
import { createOperationContexts } from './operation-contexts';
import { createStreamContexts } from './stream-contexts';

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

/** What contexts take from the stage `loading`. */
export type ContextLoading = Pick<Loading, 'of' | 'retain' | 'freshMs'>;

export function createContexts(
  config: Config,
  deps: Pick<Deps, 'clock'>,
  loading: ContextLoading,
  userNaming: UserNaming,
): Contexts {
  const createContext = createOperationContexts(config, deps, loading, userNaming);
  return {
    createContext,
    createStreamContext: createStreamContexts(config, loading, createContext),
  };
}
