import { parse, print, visit, type ObjectTypeDefinitionNode } from 'graphql';
import { badUserInput } from '../../domain/errors';
import { requireUser } from '../../domain/input-rules';
import {
  ID_TYPE_OF_KEY,
  inferUserIdType,
  type FederationUserKey,
  type UserIdType,
  type UserKey,
} from '../../domain/user';
import { readKey, type Representation } from './representation';

/** How a router names people here. */
export interface UserNaming {
  readonly key: FederationUserKey;
  /** What an unprefixed ID is, where the key is `id`. */
  readonly unprefixed: UserIdType;
}

/** @throws BAD_USER_INPUT */
export function userOfReference(
  { key, unprefixed }: UserNaming,
  representation: Representation,
): UserKey {
  const id = readKey(representation, key);
  const idType = key === 'id' ? inferUserIdType(id, unprefixed) : ID_TYPE_OF_KEY[key];
  return requireUser(`representations.${key}`, id, idType);
}

/**
 * With a key of its own, `User` has that field in place of `id` and `idType`: the company's `User` is
 * likely to have an `id` that means something else, and a supergraph has room for one.
 */
export function keyUserBy(sdl: string, key: FederationUserKey): string {
  if (key === 'id') return sdl;
  const keyed = parse(`
    type User @key(fields: "${key}") {
      "The ID of the person, of type ${ID_TYPE_OF_KEY[key]}. An error for one who was asked for with another type."
      ${key}: ID!
    }
  `).definitions[0] as ObjectTypeDefinitionNode;
  const types = visit(parse(sdl), {
    ObjectTypeDefinition: (type) =>
      type.name.value === 'User' ? withFieldsOf(type, keyed) : undefined,
  });
  return print(types);
}

/** Resolvers of the fields that `keyUserBy` has put into `User`. */
export function resolveUserKey(key: FederationUserKey) {
  if (key === 'id') return {};
  return {
    [key]: ({ id, idType }: UserKey) => {
      if (idType === ID_TYPE_OF_KEY[key]) return id;
      throw badUserInput(key, `a user asked for with an ID of type ${ID_TYPE_OF_KEY[key]}`, idType);
    },
  };
}

const REPLACED = ['id', 'idType'];

function withFieldsOf(type: ObjectTypeDefinitionNode, keyed: ObjectTypeDefinitionNode) {
  const others = type.fields?.filter(({ name }) => !REPLACED.includes(name.value)) ?? [];
  return {
    ...type,
    directives: keyed.directives ?? [],
    fields: [...(keyed.fields ?? []), ...others],
  };
}
