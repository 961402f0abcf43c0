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
  type GraphQLSchema,
} from 'graphql';
import { filterKey, isUnfiltered } from '../../domain/stage-task-filter';
import { changeResults, type Change, type Resolver } from '../change-results';
import type { GraphQLContext } from '../context';
import { PresentedStageTasks } from '../present';
import { JsonText, type JsonPart } from './json-text';
import { RENDERED_TYPE } from './pure-operation';
import { rendererOf, type Renderer } from './renderer';
import type { TextCache } from './text-cache';

/** Fields whose values change while the snapshot stays the same. */
const CHANGING_FIELDS = ['fetchedAt', 'stale'];

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
  const render: Change = (tasks, { locale }, { fieldNodes, fragments, variableValues }) => {
    if (!(tasks instanceof PresentedStageTasks)) return tasks;
    const selection = { schema, fragments, variableValues, locale };
    try {
      const renderer = rendererOf(type, fieldNodes, selection, CHANGING_FIELDS);
      return new JsonText(partsOf(tasks, renderer, texts));
    } catch (cause) {
      throw new NotRenderableError('These tasks cannot be answered as text.', { cause });
    }
  };
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

function partsOf(
  tasks: PresentedStageTasks,
  renderer: Renderer,
  texts: TextCache,
): readonly JsonPart[] {
  const { answer, filter } = tasks.loaded;
  const key = isUnfiltered(filter)
    ? String(renderer.number)
    : `${renderer.number} ${filterKey(filter)}`;
  const kept = texts.get(answer, key);
  if (kept) return renderer.complete(kept, tasks);
  const rendered = renderer.renderStatic(tasks);
  texts.set(answer, key, rendered);
  return renderer.complete(rendered, tasks);
}

/** The same lists, and null at the same places. */
function asText(type: GraphQLOutputType): GraphQLOutputType {
  if (isNonNullType(type)) return new GraphQLNonNull(asText(type.ofType));
  if (isListType(type)) return new GraphQLList(asText(type.ofType));
  return JSON_TEXT;
}
