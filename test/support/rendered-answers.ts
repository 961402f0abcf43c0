import fc from 'fast-check';
import {
  execute,
  GraphQLError,
  Kind,
  parse,
  validate,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type OperationDefinitionNode,
} from 'graphql';
import { createCachePolicy } from '../../src/domain/cache-policy';
import { GatewayError } from '../../src/domain/errors';
import type { GraphQLContext } from '../../src/graphql/context';
import { formatError } from '../../src/graphql/format-error';
import { writeAnswer } from '../../src/graphql/limits/answer-size';
import { addPartialErrors } from '../../src/graphql/partial-errors';
import { createExecute } from '../../src/graphql/render/execute';
import { hasTexts } from '../../src/graphql/render/json-text';
import { isRenderable } from '../../src/graphql/render/pure-operation';
import { createTextCache, type TextCache } from '../../src/graphql/render/text-cache';
import { buildExecutionSchemas, type ExecutionSchemas } from '../../src/graphql/schema';
import type { RequestLoader } from '../../src/loading/request-loader';
import { createTurns } from '../../src/loading/turns';
import { DRAWN_NUMBERS, Draws } from './draws';
import { listedSemester } from './listed-semester';
import { drawDocument } from './random-operation';
import { drawVariables, MOMENTS, RandomTasks } from './random-tasks';

type Operation = Pick<ExecutionArgs, 'document' | 'operationName' | 'variableValues'>;

/** Few enough that texts are forgotten all the time. */
const FEW_BYTES = 40_000;

/** The gateway's execution, and graphql-js on the schema that is served. */
export function createExecutions(schemas: ExecutionSchemas) {
  const executeOperation = createExecute(schemas);

  /** As a request executes it, once its operation is found. */
  async function executeAsText(operation: Operation, context: GraphQLContext) {
    const { document, operationName, variableValues } = operation;
    return executeOperation({
      document,
      operation: operationOf(operation),
      operationName: operationName ?? undefined,
      variables: variableValues ?? undefined,
      context,
    });
  }

  async function executeAsObjects(operation: Operation, contextValue: GraphQLContext) {
    const result = await execute({ schema: schemas.served, ...operation, contextValue });
    return addPartialErrors(result, contextValue);
  }

  return { executeAsText, executeAsObjects };
}

export function operationOf({ document, operationName }: Operation): OperationDefinitionNode {
  const found = document.definitions.find(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      (!operationName || definition.name?.value === operationName),
  );
  return found as OperationDefinitionNode;
}

const textOf = (answer: FormattedExecutionResult) => writeAnswer(answer).toString();

/**
 * What is sent, as Apollo puts it together. Which errors graphql-js gets to before one of them takes all data
 * away, and in which order, is a matter of time: of those it says what went wrong, and not where.
 */
export function sent(
  { data = null, errors }: ExecutionResult,
  write: (answer: FormattedExecutionResult) => string = textOf,
): string {
  if (!errors) return write({ data });
  const formatted = errors.map(formatAsApollo);
  if (!data) return write({ data, errors: formatted.slice(-1).map(withoutPlace) });
  const sorted = formatted.toSorted((a, b) => compare(JSON.stringify(a), JSON.stringify(b)));
  return write({ data, errors: sorted });
}

/**
 * Replaces the errors that made a part of the data above them null by one error of that part: which further errors
 * below it graphql-js still reports is a matter of time.
 */
function settleNulls(result: ExecutionResult): ExecutionResult {
  const { data, errors } = result;
  if (!data || !errors) return result;
  const settled = errors.map((error) => atNull(data, error));
  const byPath = new Map(settled.map((error) => [`${error.message} ${String(error.path)}`, error]));
  return { data, errors: [...byPath.values()] };
}

function atNull(data: object, error: GraphQLError): GraphQLError {
  const path = error.path ?? [];
  let value: unknown = data;
  for (const [i, key] of path.entries()) {
    value = (value as Readonly<Record<string | number, unknown>> | undefined)?.[key];
    if (value === null && i < path.length - 1) {
      return new GraphQLError('made this part null', { path: path.slice(0, i + 1) });
    }
  }
  return error;
}

function formatAsApollo(error: GraphQLError): GraphQLFormattedError {
  const code: unknown = error.extensions['code'] ?? 'INTERNAL_SERVER_ERROR';
  return formatError({ ...error.toJSON(), extensions: { ...error.extensions, code } }, error);
}

function withoutPlace({ message, extensions = {} }: GraphQLFormattedError): GraphQLFormattedError {
  return { message, extensions };
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
const asJson: typeof textOf = ({ data, errors }) => JSON.stringify({ errors, data });

/** How the answers of a run came about. */
export interface Shares {
  answers: number;
  asText: number;
  /** Executed again by graphql-js, because a value cannot be rendered. */
  again: number;
  withErrors: number;
  /** Texts that were rendered, and texts that were found in the cache. */
  rendered: number;
  kept: number;
}

/**
 * Each execution has turns of its own, since how many parts it completes at once is part of its timing, and a cache
 * policy and partial errors of its own.
 */
function ofExecution(context: GraphQLContext): GraphQLContext {
  let nowMs = 0;
  const turnsOf = createTurns(() => (nowMs += 1));
  const { signal } = new AbortController();
  const turns = turnsOf({ signal, deadlineAtMs: Infinity });
  return { ...context, turns, cachePolicy: createCachePolicy(), partialErrors: [] };
}

function drawContext(draws: Draws, tasks: RandomTasks): GraphQLContext {
  const name = { zhCN: '周期', enUS: draws.oneOf(['Cycle', null]) };
  const semester = listedSemester('1', {
    name,
    startTime: new Date(0),
    endTime: draws.oneOf([new Date(1), null]),
    year: draws.oneOf([2026, null]),
    type: draws.oneOf(['H2', 'UNKNOWN', null]),
  });
  const isPerson = !draws.isOneIn(4);
  const knowsList = draws.isOneIn(2);
  const nowMs = draws.oneOf(MOMENTS).getTime();
  const listed = (id: string) => (id === '1' ? semester : null);
  const loader: Pick<
    RequestLoader,
    'stageTasks' | 'everyone' | 'semester' | 'describedSemester' | 'listedSemester' | 'semesters'
  > = {
    stageTasks: tasks.stageTasks,
    everyone: tasks.everyone,
    semester: (id) => Promise.resolve(listed(id)),
    describedSemester: () => undefined,
    listedSemester: (id) => (knowsList ? listed(id) : Promise.resolve(listed(id))),
    semesters: (matches) => Promise.resolve([semester].filter(matches)),
  };
  const context: Partial<GraphQLContext> = {
    loader: loader as RequestLoader,
    locale: draws.oneOf(['ZH_CN', 'EN_US']),
    toDate: (ms) => new Date(ms),
    answer: { estimatedBytes: 0 },
    userNaming: { key: 'id', unprefixed: 'USER_ID' },
    requireViewer() {
      if (isPerson) return { id: 'ou_1', idType: 'OPEN_ID' };
      throw new GatewayError('FORBIDDEN', 'No person.');
    },
    nowMs: () => nowMs,
    quota: () =>
      Promise.resolve({
        callsPerMinute: 20,
        callsLeft: 20,
        nextCallAtMs: 1,
        closedUntilMs: 0,
        closedReason: null,
        waitingUsers: 0,
      }),
  };
  return context as GraphQLContext;
}

/**
 * Random operations over random tasks: what is sent is what graphql-js answers on the served schema, key by key
 * in the same order. Each operation is executed twice, and each document with several variables.
 * @param reportAfterMs when the search for a simpler counterexample ends
 */
export async function checkRenderedAnswers(
  numRuns: number,
  reportAfterMs: number,
): Promise<Shares> {
  const shares = { answers: 0, asText: 0, again: 0, withErrors: 0, rendered: 0, kept: 0 };
  const schemas = buildExecutionSchemas({}, countTexts(createTextCache(FEW_BYTES), shares));
  const { executeAsText, executeAsObjects } = createExecutions(schemas);

  async function checkOperation(operation: Operation, context: GraphQLContext, source: string) {
    const ofObjects = ofExecution(context);
    const expected = sent(settleNulls(await executeAsObjects(operation, ofObjects)), asJson);
    for (let i = 0; i < 2; i += 1) {
      const ofTexts = ofExecution(context);
      const result = await executeAsText(operation, ofTexts);
      const got = sent(settleNulls(result));
      if (got !== expected) throw new Error(describe(source, operation, { got, expected }));
      // A response with errors is never cached.
      if (!result.errors)
        expect(ofTexts.cachePolicy.untilMs()).toBe(ofObjects.cachePolicy.untilMs());
      count(operation, result);
    }
  }

  function count(operation: Operation, { data, errors }: ExecutionResult): void {
    shares.answers += 1;
    if (errors) shares.withErrors += 1;
    if (data && hasTexts(data)) shares.asText += 1;
    else if (isRenderable(schemas.served, operation.document, operationOf(operation))) {
      shares.again += 1;
    }
  }

  await fc.assert(
    fc.asyncProperty(DRAWN_NUMBERS, DRAWN_NUMBERS, async (forDocument, forData) => {
      const { text, operations } = drawDocument(new Draws(forDocument));
      const draws = new Draws(forData);
      const document: DocumentNode = parse(text);
      const [mistake] = validate(schemas.served, document);
      if (mistake) throw new GraphQLError(`${mistake.message}\n${text}`);
      const tasks = new RandomTasks(draws);
      for (let i = 0; i < 4; i += 1) {
        const name = operations[i % operations.length];
        const operation = { document, operationName: name, variableValues: drawVariables(draws) };
        await checkOperation(operation, drawContext(draws, tasks), text);
        tasks.change(draws);
      }
    }),
    { numRuns, interruptAfterTimeLimit: reportAfterMs },
  );
  return shares;
}

function countTexts(texts: TextCache, shares: Shares): TextCache {
  return {
    get(answer, key) {
      const kept = texts.get(answer, key);
      if (kept) shares.kept += 1;
      return kept;
    },
    set(answer, key, text) {
      shares.rendered += 1;
      return texts.set(answer, key, text);
    },
  };
}

function describe(
  source: string,
  { operationName, variableValues }: Operation,
  answers: { got: string; expected: string },
): string {
  return JSON.stringify({ operationName, variableValues, ...answers }, null, 1) + source;
}
