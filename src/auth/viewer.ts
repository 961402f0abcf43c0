import { GatewayError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import { UserIdType, type UserKey } from '../domain/user';

/** The caller as a user, by open ID where that is known. @throws GatewayError `FORBIDDEN` */
export function viewerOf({ kind, name, ids }: Principal): UserKey {
  const viewer = ids.find(({ idType }) => idType === UserIdType.OPEN_ID) ?? ids[0];
  if (viewer) return viewer;
  throw new GatewayError(
    'FORBIDDEN',
    `viewer: expected a caller who is a user, got ${kind} ${name}`,
  );
}
