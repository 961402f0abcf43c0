import {
  Kind,
  type ArgumentNode,
  type SelectionNode,
  type TypeNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';

/** Measures how deeply the values in a document are nested. graphql-js visits them by recursion. */
export interface InputMeter {
  note(selection: SelectionNode): void;
  noteVariable(variable: VariableDefinitionNode): void;
  levels(): number;
}

/** It does not visit values below `maxLevels`. */
export function createInputMeter(maxLevels: number): InputMeter {
  let deepest = 0;

  function noteValue(value: ValueNode, level: number): void {
    deepest = Math.max(deepest, level);
    if (level > maxLevels) return;
    if (value.kind === Kind.LIST) for (const part of value.values) noteValue(part, level + 1);
    if (value.kind === Kind.OBJECT)
      for (const part of value.fields) noteValue(part.value, level + 1);
  }

  function noteArguments(given: readonly ArgumentNode[] = []): void {
    for (const { value } of given) noteValue(value, 0);
  }

  return {
    note(selection) {
      if (selection.kind === Kind.FIELD) noteArguments(selection.arguments);
      for (const directive of selection.directives ?? []) noteArguments(directive.arguments);
    },
    noteVariable({ type, defaultValue, directives }) {
      deepest = Math.max(deepest, listLevels(type));
      if (defaultValue) noteValue(defaultValue, 0);
      for (const directive of directives ?? []) noteArguments(directive.arguments);
    },
    levels: () => deepest,
  };
}

function listLevels(type: TypeNode): number {
  let levels = 0;
  for (let inner = type; inner.kind !== Kind.NAMED_TYPE; inner = inner.type) {
    if (inner.kind === Kind.LIST_TYPE) levels += 1;
  }
  return levels;
}
