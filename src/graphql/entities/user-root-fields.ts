import { parse, print, visit, type ObjectTypeDefinitionNode } from 'graphql';

const USER_ROOT_FIELDS = ['user', 'users', 'viewer'];

/**
 * Removes `user`, `users` and `viewer`. Composition rejects a root field that two subgraphs define, and a
 * company's own subgraph of people is likely to define these. A router still resolves users as entities.
 */
export function leaveOutUserRootFields(sdl: string): string {
  const types = visit(parse(sdl), {
    ObjectTypeDefinition: (type) =>
      type.name.value === 'Query' ? withoutUserFields(type) : undefined,
  });
  return print(types);
}

function withoutUserFields(query: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode {
  const others = query.fields?.filter(({ name }) => !USER_ROOT_FIELDS.includes(name.value)) ?? [];
  return { ...query, fields: others };
}
