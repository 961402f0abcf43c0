import { GraphQLError, type ASTVisitor, type DocumentNode, type ValidationContext } from 'graphql';
import { GatewayError } from '../../domain/errors';
import { countComparisons } from './comparisons';
import { measure, type Shape } from './shape';

/** Fragments are followed by recursion, from one to the next. */
const MAX_DEFINITIONS = 200;
/** What tools ask of the schema goes 18 levels deep. */
const MAX_LEVELS = 20;
/** In a value: a filter is an object with a list; a router's representations go one further. */
export const MAX_INPUT_LEVELS = 10;
/** It stands in the answer once for each item of the lists above it. */
const MAX_NAME_LENGTH = 128;
/** About 100 ms of graphql-js. A page that repeats a field in 50 fragments needs some thousand. */
const MAX_COMPARISONS = 100_000;

const LIMITS: Readonly<Record<keyof Shape, readonly [most: number, what: string]>> = {
  levels: [MAX_LEVELS, 'levels of fields and fragments'],
  inputLevels: [MAX_INPUT_LEVELS, 'levels of lists and objects in a value'],
  // 1,000 aliases of a whole task fit.
  selections: [30_000, 'fields with all fragments written out'],
  // 1,000 people by alias, each with a few views.
  aliases: [5_000, 'aliases with all fragments written out'],
  // Of 1,000 IDs in one list there are 1,001; more than the text has signs needs fragments.
  values: [60_000, 'values in arguments with all fragments written out'],
  variables: [2_000, 'variables'],
  directives: [1_000, 'directives'],
  nameLength: [MAX_NAME_LENGTH, 'characters in an alias or the name of a field'],
};

/**
 * Refuses a document that is too large to be looked at, before graphql-js looks: some of its rules take
 * time that grows with the square of what they find. They run side by side, node by node; a rule that
 * removes the document as it is entered ends that for all of them.
 */
export function limitShape(context: ValidationContext): ASTVisitor {
  return {
    Document(document) {
      const excess = findExcess(document);
      if (excess === undefined) return undefined;
      const cause = new GatewayError('OPERATION_TOO_EXPENSIVE', `operation: expected ${excess}`);
      context.reportError(new GraphQLError(cause.message, { originalError: cause }));
      return null;
    },
  };
}

/** Cheap questions first, since each makes the next one safe to ask. */
function findExcess(document: DocumentNode): string | undefined {
  const definitions = document.definitions.length;
  if (definitions > MAX_DEFINITIONS) {
    return `at most ${MAX_DEFINITIONS} operations and fragments, got ${definitions}`;
  }
  const shape = measure(document, MAX_LEVELS);
  for (const [name, [most, what]] of Object.entries(LIMITS)) {
    const got = shape[name as keyof Shape];
    if (got > most) return `at most ${most} ${what}, got ${explain(got)}`;
  }
  const comparisons = Math.ceil(countComparisons(document));
  return comparisons > MAX_COMPARISONS
    ? `at most ${MAX_COMPARISONS} field comparisons, got ${comparisons}: the same field is repeated too often`
    : undefined;
}

function explain(got: number): string {
  return Number.isFinite(got) ? String(got) : 'a fragment that contains itself';
}
