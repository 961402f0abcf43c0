import {
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { getOrCreate } from '../../domain/collections';
import { BYTES_AROUND_OBJECT, lengthOf, sizeOf } from './field-sizes';
import { applies, fragmentsOf } from './fragments';
import { fieldOf, readReach } from './plan-field';
import type { Arguments } from './reach';
import { createVariablesReader, type VariablesReader } from './read-variables';
import { multiply, NOTHING, sum, type SelectionPlan } from './selection-plan';
import { countValues } from './values';

/** What the cost of an operation is computed from, besides its variables. */
export interface OperationPlan {
  readonly readVariables: VariablesReader;
  readonly selection: SelectionPlan;
}

/** Apollo caches validated documents, so the same text has the same operation node. */
const plans = new WeakMap<OperationDefinitionNode, OperationPlan>();

/** Returns the plan of an operation. It is computed once. */
export function planOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): OperationPlan {
  const known = plans.get(operation);
  if (known) return known;
  const root = schema.getRootType(operation.operation);
  // Execution reports an operation type that the schema does not have.
  const selection = root ? createPlanner(schema, document)(operation.selectionSet, root) : NOTHING;
  const plan = { readVariables: createVariablesReader(schema, operation), selection };
  plans.set(operation, plan);
  return plan;
}

/** Plans each fragment once for each type that it is spread in. */
function createPlanner(schema: GraphQLSchema, document: DocumentNode) {
  const fragments = fragmentsOf(document);
  const planned = new Map<string, SelectionPlan>();

  function planSet({ selections }: SelectionSetNode, parent: GraphQLObjectType): SelectionPlan {
    return sum(
      selections.map((selection) => {
        const plan =
          selection.kind === Kind.FIELD
            ? planField(selection, parent)
            : planFragment(selection, parent);
        return (selection.directives ?? []).reduce(planCondition, plan);
      }),
    );
  }

  function planField(node: FieldNode, parent: GraphQLObjectType): SelectionPlan {
    const field = fieldOf(schema, parent, node.name.value);
    if (!field) return NOTHING;
    const { fields, bytes } = sizeOf(parent.name, field, (node.alias ?? node.name).value);
    const own = { fields: fields + countValues(node.arguments), bytes, parts: [] };
    const type = getNamedType(field.type);
    const reach = readReach(parent.name, field, node);
    if (reach) {
      return { ...own, parts: [{ reach, type: type.name, plans: planBelow(node, type) }] };
    }
    const below = planBelow(node, type)[type.name];
    return below ? sum([own, multiply(below, lengthOf(schema, parent.name, field))]) : own;
  }

  function planBelow({ selectionSet }: FieldNode, type: GraphQLNamedType) {
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    const below = types.filter(isObjectType).map((one) => {
      const plan = selectionSet ? planSet(selectionSet, one) : NOTHING;
      return [one.name, { ...plan, bytes: plan.bytes + BYTES_AROUND_OBJECT }] as const;
    });
    return Object.fromEntries(below);
  }

  function planFragment(
    node: InlineFragmentNode | FragmentSpreadNode,
    parent: GraphQLObjectType,
  ): SelectionPlan {
    const planOfFragment = ({
      typeCondition,
      selectionSet,
    }: InlineFragmentNode | FragmentDefinitionNode) =>
      applies(schema, typeCondition?.name.value, parent) ? planSet(selectionSet, parent) : NOTHING;
    if (node.kind === Kind.INLINE_FRAGMENT) return planOfFragment(node);
    const fragment = fragments.get(node.name.value);
    if (!fragment) return NOTHING;
    const key = `${node.name.value} ${parent.name}`;
    return getOrCreate(planned, key, () => planOfFragment(fragment));
  }

  return planSet;
}

const SELECTING_VALUES: Readonly<Record<string, boolean>> = { skip: false, include: true };

function planCondition(plan: SelectionPlan, directive: DirectiveNode): SelectionPlan {
  const selectingValue = SELECTING_VALUES[directive.name.value];
  const condition = directive.arguments?.[0]?.value;
  if (selectingValue === undefined || !condition) return plan;
  if (condition.kind === Kind.BOOLEAN) return condition.value === selectingValue ? plan : NOTHING;
  if (condition.kind !== Kind.VARIABLE) return plan;
  const name = condition.name.value;
  const isSelected = (variables: Arguments) => variables[name] === selectingValue;
  return { ...NOTHING, parts: [{ isSelected, plan }] };
}
