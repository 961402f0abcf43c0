import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  getNamedType,
  GraphQLScalarType,
  isListType,
  isNonNullType,
  isObjectType,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { isUnfiltered, filterKey } from '../../domain/stage-task-filter';
import type { GraphQLContext } from '../context';
import { PresentedStageTasks } from '../present';
import { JsonText } from './json-text';
import { RENDERED_TYPE } from './pure-operation';
import { rendererOf, type Renderer } from './renderer';
import type { TextCache } from './text-cache';

type Resolver = GraphQLFieldResolver<unknown, GraphQLContext>;

/** They change while the snapshot stays the same. */
const CHANGING_FIELDS = ['fetchedAt', 'stale'];

const JSON_TEXT = new GraphQLScalarType({ name: 'JsonText', serialize: (text) => text });

/**
 * The schema with fields that answer a `UserStageTasks` as text instead of an object. graphql-js executes the
 * same documents on it, but does not look at what is selected below these fields. Their resolvers are the same:
 * what may be read, and which answer it is, is decided before a text is looked up.
 */
export function createRenderSchema(schema: GraphQLSchema, texts: TextCache): GraphQLSchema {
  const type = schema.getType(RENDERED_TYPE);
  if (!isObjectType(type))
    throw new Error(`expected the type ${RENDERED_TYPE} in the schema, got none`);

  function render(resolve: Resolver): Resolver {
    return (source, args, context, info) => {
      let renderer: Renderer | undefined;
      const toText = (tasks: unknown) => {
        if (!(tasks instanceof PresentedStageTasks)) return tasks;
        renderer ??= rendererFor(info, context);
        return new JsonText(textOf(tasks, renderer, texts));
      };
      const toTexts = (value: unknown) =>
        Array.isArray(value) ? value.map((item) => after(item, toText)) : toText(value);
      return after(resolve(source, args, context, info), toTexts);
    };
  }

  const rendererFor = (info: GraphQLResolveInfo, { locale }: GraphQLContext) => {
    const { fieldNodes, fragments, variableValues } = info;
    return rendererOf(
      type as never,
      fieldNodes,
      { schema, fragments, variableValues, locale },
      CHANGING_FIELDS,
    );
  };

  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field) =>
      getNamedType(field.type).name === RENDERED_TYPE && field.resolve
        ? {
            ...field,
            type: asText(field.type),
            resolve: render(field.resolve as Resolver) as typeof field.resolve,
          }
        : undefined,
  });
}

function after(value: unknown, change: (value: unknown) => unknown): unknown {
  return value instanceof Promise ? value.then(change) : change(value);
}

function textOf(tasks: PresentedStageTasks, renderer: Renderer, texts: TextCache): string {
  const { answer, filter } = tasks.loaded;
  const key = isUnfiltered(filter)
    ? String(renderer.number)
    : `${renderer.number} ${filterKey(filter)}`;
  let kept = texts.get(answer, key);
  if (!kept) {
    kept = renderer.renderStatic(tasks);
    texts.set(answer, key, kept);
  }
  return renderer.complete(kept, tasks);
}

/** The same lists and the same places for null. */
function asText(type: GraphQLOutputType): GraphQLOutputType {
  if (isNonNullType(type)) return new GraphQLNonNull(asText(type.ofType));
  if (isListType(type)) return new GraphQLList(asText(type.ofType as GraphQLOutputType));
  return JSON_TEXT;
}
