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

/** How a router's representation names a user. */
export interface UserNaming {
  readonly key: FederationUserKey;
  /** The type of an ID without a prefix, if the key is `id`. */
  readonly unprefixed: UserIdType;
}

/** Returns the user that a representation names. @throws BAD_USER_INPUT */
export function userOfReference(
  { key, unprefixed }: UserNaming,
  representation: Representation,
): UserKey {
  const id = readKey(representation, key);
  const idType = key === 'id' ? inferUserIdType(id, unprefixed) : ID_TYPE_OF_KEY[key];
  return requireUser(`representations.${key}`, id, idType);
}

/**
 * Returns the SDL with the field `key` of `User` in place of `id` and `idType`. The company's `User` is
 * likely to have an `id` with another meaning, and a supergraph can have only one.
 */
export function keyUserBy(sdl: string, key: FederationUserKey): string {
  if (key === 'id') return sdl;
  const keyed = parse(`
    type User @key(fields: "${key}") {
      "The ID of the person, of type ${ID_TYPE_OF_KEY[key]}. An error if the operation named the person by another type of ID."
      ${key}: ID!
    }
  `).definitions[0] as ObjectTypeDefinitionNode;
  const types = visit(parse(sdl), {
    ObjectTypeDefinition: (type) =>
      type.name.value === 'User' ? withFieldsOf(type, keyed) : undefined,
  });
  return print(types);
}

/** Returns the resolver of the field that `keyUserBy` adds to `User`. */
export function resolveUserKey(key: FederationUserKey) {
  if (key === 'id') return {};
  return {
    [key]: ({ id, idType }: UserKey) => {
      if (idType === ID_TYPE_OF_KEY[key]) return id;
      throw badUserInput(key, `a user named by an ID of type ${ID_TYPE_OF_KEY[key]}`, idType);
    },
  };
}

const REPLACED_FIELDS = ['id', 'idType'];

function withFieldsOf(type: ObjectTypeDefinitionNode, keyed: ObjectTypeDefinitionNode) {
  const others = type.fields?.filter(({ name }) => !REPLACED_FIELDS.includes(name.value)) ?? [];
  return {
    ...type,
    directives: keyed.directives ?? [],
    fields: [...(keyed.fields ?? []), ...others],
  };
}
