import {
  getArgumentValues,
  Kind,
  type DirectiveNode,
  type FieldNode,
  type GraphQLField,
  type SelectionNode,
  type ValueNode,
} from 'graphql';
import type { Condition } from './plan';
import type { Arguments } from './price-rules';

export const NOT_SKIPPED: Condition = () => false;

export function isSkippedWith({ directives = [] }: SelectionNode): Condition | 'always' {
  let condition = NOT_SKIPPED;
  for (const directive of directives) {
    const skippingValue = SKIPPING_VALUES[directive.name.value];
    const value = conditionOf(directive);
    if (skippingValue === undefined || !value) continue;
    if (value.kind === Kind.BOOLEAN && value.value === skippingValue) return 'always';
    if (value.kind !== Kind.VARIABLE) continue;
    const name = value.name.value;
    const before = condition;
    const isSkipped: Condition = (variables) => variables[name] === skippingValue;
    condition =
      before === NOT_SKIPPED ? isSkipped : (variables) => before(variables) || isSkipped(variables);
  }
  return condition;
}

const SKIPPING_VALUES: Readonly<Record<string, boolean>> = { skip: true, include: false };

function conditionOf({ arguments: given = [] }: DirectiveNode): ValueNode | undefined {
  return given.find(({ name }) => name.value === 'if')?.value;
}

/** Reads the arguments of a field as execution does; once for all operations if they hold no variable. */
export function readArgumentsWith(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
): (variables: Arguments) => Arguments | undefined {
  const read = (variables: Arguments) => {
    try {
      return getArgumentValues(field, node, variables);
    } catch {
      return undefined;
    }
  };
  if (node.arguments?.some(({ value }) => hasVariable(value))) return read;
  const known = read({});
  return () => known;
}

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.LIST) return value.values.some(hasVariable);
  if (value.kind === Kind.OBJECT) return value.fields.some((field) => hasVariable(field.value));
  return value.kind === Kind.VARIABLE;
}
