import type { RequestLoader } from '../batching/request-loader';
import type { Locale } from '../domain/localized-text';
import type { UserIdType } from '../domain/user';

/** What the resolvers of one operation share. */
export interface GraphQLContext {
  readonly requestId: string;
  readonly loader: RequestLoader;
  /** The language of texts whose field asks for none. */
  readonly locale: Locale;
  /** What an unprefixed ID of a federated `User` is. */
  readonly entityUserIdType: UserIdType;
}
