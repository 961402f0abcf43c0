import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  getNamedType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLScalarType,
  isListType,
  isNonNullType,
  type GraphQLFieldConfig,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { filterKey, isUnfiltered } from '../../domain/stage-task-filter';
import { changeResults, type Change, type Resolver } from '../change-results';
import type { GraphQLContext } from '../context';
import { depthOf } from '../depth';
import { PresentedStageTasks } from '../present';
import { JsonText, LARGE_RESPONSE_BYTES } from './json-text';
import { RENDERED_TYPE } from './pure-operation';
import { rendererOf, type Renderer } from './renderer';
import type { TextCache } from './text-cache';

/** How long a kept text takes, or an object outside of texts, as a share of the time of a usual part of an answer. */
export const LIGHT_WEIGHT = 0.1;

export const JSON_TEXT = new GraphQLScalarType({ name: 'JsonText', serialize: requireText });

/**
 * graphql-js reports this value or variable as an error below the field and applies the null rules there. So the
 * operation is executed again on the served schema.
 */
export class NotRenderableError extends Error {
  override readonly name = 'NotRenderableError';
}

/**
 * Returns the schema whose fields of type `UserStageTasks` are scalars with JSON text. graphql-js executes the same
 * documents on it, and ignores the selections below these fields. Their resolvers are the same, so the principal is
 * authorized and the answer is loaded before a text is looked up.
 */
export function createRenderSchema(schema: GraphQLSchema, texts: TextCache): GraphQLSchema {
  const type = schema.getType(RENDERED_TYPE) as GraphQLObjectType;
  const render: Change = (tasks, context, info) => {
    if (tasks instanceof Error) return inTurn(context, info, () => tasks);
    if (!(tasks instanceof PresentedStageTasks)) return tasks;
    return orNotRenderable(() => {
      const renderer = rendererOf(type, info.fieldNodes, selectionOf(context, info));
      const { answer } = tasks.loaded;
      const key = keyOf(renderer, tasks);
      const kept = renderer.isReused ? texts.get(answer, key) : undefined;
      if (kept) return inTurn(context, info, () => new JsonText(kept), LIGHT_WEIGHT);
      return inTurn(context, info, () => {
        const text = renderer.render(tasks);
        // A large response would push out the texts of many pages.
        const keeps = renderer.isReused && context.answer.estimatedBytes < LARGE_RESPONSE_BYTES;
        return new JsonText(keeps ? texts.set(answer, key, text) : text);
      });
    });
  };
  const selectionOf = (
    { locale }: GraphQLContext,
    { fragments, variableValues }: GraphQLResolveInfo,
  ) => ({
    schema,
    fragments,
    variableValues,
    locale,
  });
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field: GraphQLFieldConfig<unknown, GraphQLContext>) =>
      getNamedType(field.type) === type && field.resolve
        ? {
            ...field,
            type: asText(field.type),
            resolve: changeResults(field.resolve as Resolver, render),
          }
        : undefined,
  });
}

/** Completes a part of the answer in its turn, so that other requests run in between. */
function inTurn<T>(
  { turns }: GraphQLContext,
  { path }: GraphQLResolveInfo,
  complete: () => T,
  weight = 1,
): T | Promise<T> {
  const turn = turns.next(weight, depthOf(path));
  return turn?.then(() => orNotRenderable(complete)) ?? complete();
}

function orNotRenderable<T>(render: () => T): T {
  try {
    return render();
  } catch (cause) {
    throw new NotRenderableError('These tasks cannot be answered as text.', { cause });
  }
}

/**
 * While the answer stays the same, `stale` changes with time, `fetchedAt` when the wall clock is set, and some fields
 * at a deadline. Which deadlines have passed follows from their number.
 */
function keyOf(renderer: Renderer, tasks: PresentedStageTasks): string {
  const { filter, stale } = tasks.loaded;
  let key = String(renderer.number);
  if (stale && renderer.selects('stale')) key += ' stale';
  if (renderer.selects('fetchedAt')) key += ` ${tasks.fetchedAt.getTime()}`;
  // Reading the moment also limits how long the response may be cached, whether or not its text is kept.
  if (renderer.usesMoment) key += ` passed ${tasks.moment.passed}`;
  return isUnfiltered(filter) ? key : `${key} ${filterKey(filter)}`;
}

/** Nothing but a text may reach the response: an object here would be written with all of its properties. */
function requireText(value: unknown): JsonText {
  if (value instanceof JsonText) return value;
  throw new NotRenderableError('expected tasks as text, got another value');
}

/** Replaces the named type, and keeps its list and non-null wrappers. */
function asText(type: GraphQLOutputType): GraphQLOutputType {
  if (isNonNullType(type)) return new GraphQLNonNull(asText(type.ofType));
  if (isListType(type)) return new GraphQLList(asText(type.ofType));
  return JSON_TEXT;
}
