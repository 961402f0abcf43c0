import { GraphQLError, type ASTVisitor, type DocumentNode, type ValidationContext } from 'graphql';
import { GatewayError } from '../../domain/errors';
import { countComparisons } from './comparisons';
import { measure, type Shape } from './shape';

/** Validation follows fragments by recursion, so this also limits the stack. */
const MAX_DEFINITIONS = 200;
/** The introspection queries of tools have 18 levels. */
const MAX_LEVELS = 20;
/** A filter has two levels, an object with a list; a router's representations have three. */
export const MAX_INPUT_LEVELS = 10;
/** The response repeats the name for each item of the lists above. */
const MAX_NAME_LENGTH = 128;
/**
 * graphql-js takes about 100 ms for these. A page that repeats a field in 50 fragments needs a few
 * thousand.
 */
const MAX_COMPARISONS = 100_000;

const LIMITS: Readonly<Record<keyof Shape, readonly [max: number, what: string]>> = {
  levels: [MAX_LEVELS, 'levels of fields and fragments'],
  inputLevels: [MAX_INPUT_LEVELS, 'levels of lists and objects in a value'],
  // Enough for 1,000 aliases of a complete task.
  selections: [30_000, 'fields with all fragments written out'],
  // Enough for 1,000 users by alias with a few views each.
  aliases: [5_000, 'aliases with all fragments written out'],
  // A list of 1,000 IDs has 1,001 values. Only repeated fragments can exceed this limit.
  values: [60_000, 'values in arguments with all fragments written out'],
  variables: [2_000, 'variables'],
  directives: [1_000, 'directives'],
  nameLength: [MAX_NAME_LENGTH, 'characters in an alias or the name of a field'],
};

/**
 * Rejects a document that is too large, before the validation rules of graphql-js visit it: some of them take
 * quadratic time. All rules run in one traversal; returning null for the document node ends it for all.
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

/** Makes the cheap checks first, because each one limits the time of the next. */
function findExcess(document: DocumentNode): string | undefined {
  const definitions = document.definitions.length;
  if (definitions > MAX_DEFINITIONS) {
    return `at most ${MAX_DEFINITIONS} operations and fragments, got ${definitions}`;
  }
  const shape = measure(document, MAX_LEVELS);
  for (const [name, [max, what]] of Object.entries(LIMITS)) {
    const got = shape[name as keyof Shape];
    if (got > max) return `at most ${max} ${what}, got ${describe(got)}`;
  }
  const comparisons = Math.ceil(countComparisons(document));
  return comparisons > MAX_COMPARISONS
    ? `at most ${MAX_COMPARISONS} field comparisons, got ${comparisons}: ` +
        'the same field is repeated in too many fragments'
    : undefined;
}

function describe(got: number): string {
  return Number.isFinite(got) ? String(got) : 'a fragment that contains itself';
}
