import type { GraphQLResolveInfo } from 'graphql';

/** How many names and indexes lead to a field of the answer. */
export function depthOf(path: GraphQLResolveInfo['path']): number {
  let depth = 0;
  for (let part: typeof path | undefined = path; part; part = part.prev) depth += 1;
  return depth;
}
