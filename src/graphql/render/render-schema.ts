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
import { filterKey, isUnfiltered, type StageTaskFilter } from '../../domain/stage-task-filter';
import { changeResults, type Change, type Resolver } from '../change-results';
import type { GraphQLContext } from '../context';
import { PresentedStageTasks } from '../present';
import { JsonText } from './json-text';
import { RENDERED_TYPE } from './pure-operation';
import { rendererOf, type Renderer } from './renderer';
import type { TextCache } from './text-cache';

/** Fields whose values change while the snapshot stays the same. */
const CHANGING_FIELDS = ['fetchedAt', 'stale'];
/** Larger responses keep no texts: one of them would push out the texts of many pages. */
const MAX_KEEPING_BYTES = 2 ** 18;
/** The time of a kept text, as a share of the time of a part of an answer. */
const KEPT_WEIGHT = 0.1;

export const JSON_TEXT = new GraphQLScalarType({ name: 'JsonText', serialize: (text) => text });

/**
 * A value or a variable is one that graphql-js answers with errors at places below, and with null as GraphQL's
 * rules have it: the operation is executed on the served schema instead.
 */
export class NotRenderableError extends Error {
  override readonly name = 'NotRenderableError';
}

/**
 * The schema with fields that answer `UserStageTasks` as text instead of an object. graphql-js executes the
 * same documents on it, but does not look at what is selected below these fields. Their resolvers are the same:
 * what may be read, and which answer it is, is decided before a text is looked up.
 */
export function createRenderSchema(schema: GraphQLSchema, texts: TextCache): GraphQLSchema {
  const type = schema.getType(RENDERED_TYPE) as GraphQLObjectType;
  const render: Change = (tasks, context, info) => {
    if (tasks instanceof Error) return inTurn(context, () => tasks);
    if (!(tasks instanceof PresentedStageTasks)) return tasks;
    return orNotRenderable(() => {
      const renderer = rendererOf(
        type,
        info.fieldNodes,
        selectionOf(context, info),
        CHANGING_FIELDS,
      );
      const { answer, filter } = tasks.loaded;
      const key = keyOf(renderer, filter);
      const kept = texts.get(answer, key);
      if (kept)
        return inTurn(context, () => new JsonText(renderer.complete(kept, tasks)), KEPT_WEIGHT);
      return inTurn(context, () => {
        const rendered = renderer.renderStatic(tasks);
        if (context.answer.estimatedBytes < MAX_KEEPING_BYTES) texts.set(answer, key, rendered);
        return new JsonText(renderer.complete(rendered, tasks));
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
function inTurn<T>({ turns }: GraphQLContext, complete: () => T, weight?: number): T | Promise<T> {
  return turns.next(weight)?.then(() => orNotRenderable(complete)) ?? complete();
}

function orNotRenderable<T>(render: () => T): T {
  try {
    return render();
  } catch (cause) {
    throw new NotRenderableError('These tasks cannot be answered as text.', { cause });
  }
}

function keyOf({ number }: Renderer, filter: StageTaskFilter): string {
  return isUnfiltered(filter) ? String(number) : `${number} ${filterKey(filter)}`;
}

/** The same lists, and null at the same places. */
function asText(type: GraphQLOutputType): GraphQLOutputType {
  if (isNonNullType(type)) return new GraphQLNonNull(asText(type.ofType));
  if (isListType(type)) return new GraphQLList(asText(type.ofType));
  return JSON_TEXT;
}
