import {
  isAbstractType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentSpreadNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { getOrCreate } from '../../domain/collections';
import { applies, fragmentsOf } from './fragments';
import { factsOf } from './field-facts';
import { ONE, plainRule } from './price-list';
import { isSkippedWith, NOT_SKIPPED, readArgumentsWith } from './plan-arguments';
import type { Condition, FieldPlan, OperationPlan, SelectionPlan } from './plan';
import { BYTES_AROUND_NAME, BYTES_OF_OBJECT } from './typical-bytes';
import { countValues } from './values';

const NO_ARGUMENTS = {};
const readNone = () => NO_ARGUMENTS;
const NOTHING: SelectionPlan = { fields: 0, bytes: 0, others: [] };
const NOTHING_BELOW: ReadonlyMap<string, SelectionPlan> = new Map();
const PASS_ON = plainRule(ONE);

type Fragment = InlineFragmentNode | FragmentSpreadNode;
type PlansByType = Map<string, SelectionPlan>;
interface Building extends SelectionPlan {
  fields: number;
  bytes: number;
  readonly others: FieldPlan[];
}

/** An operation belongs to one document of one schema; Apollo keeps the documents that it has validated. */
const plans = new WeakMap<OperationDefinitionNode, OperationPlan>();

export function planOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): OperationPlan {
  const known = plans.get(operation);
  if (known) return known;
  const plan = planOperation(schema, document, operation);
  plans.set(operation, plan);
  return plan;
}

/**
 * Looks at each fragment once for each type that it applies to, however often it is spread.
 * Of a valid document, whose fragments do not contain themselves.
 */
function planOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): OperationPlan {
  const fragments = fragmentsOf(document);
  const planned = new Map<string, PlansByType>();

  function planSet({ selections }: SelectionSetNode, parent: GraphQLObjectType): SelectionPlan {
    const plan: Building = { fields: 0, bytes: 0, others: [] };
    for (const selection of selections) {
      const isSkipped = isSkippedWith(selection);
      if (isSkipped === 'always') continue;
      if (selection.kind === Kind.FIELD) addField(plan, selection, parent, isSkipped);
      else addFragment(plan, selection, parent, isSkipped);
    }
    return plan;
  }

  function addField(
    plan: Building,
    node: FieldNode,
    parent: GraphQLObjectType,
    isSkipped: Condition,
  ): void {
    const facts = factsOf(schema, parent, node.name.value);
    if (!facts) return;
    const { type, length, rule } = facts;
    const fields = facts.fields + countValues(node.arguments);
    const bytes = facts.bytes + BYTES_AROUND_NAME + (node.alias ?? node.name).value.length;
    const below = planBelow(node.selectionSet, type);
    const only = below.get(type.name) ?? NOTHING;
    if (rule || isSkipped !== NOT_SKIPPED || only.others.length > 0 || isAbstractType(type)) {
      const readArguments = rule ? readArgumentsWith(facts.field, node) : readNone;
      const own = rule ?? plainRule(length);
      plan.others.push({
        fields,
        bytes,
        isSkipped,
        readArguments,
        rule: own,
        type: type.name,
        below,
      });
    } else {
      plan.fields += fields + only.fields * length.most;
      plan.bytes += bytes + only.bytes * length.typical;
    }
  }

  function planBelow(
    set: SelectionSetNode | undefined,
    type: GraphQLNamedType,
  ): ReadonlyMap<string, SelectionPlan> {
    if (!set) return NOTHING_BELOW;
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    return new Map(
      types.filter(isObjectType).map((one) => {
        const plan = planSet(set, one);
        return [one.name, { ...plan, bytes: plan.bytes + BYTES_OF_OBJECT }];
      }),
    );
  }

  function planFragment(node: Fragment, parent: GraphQLObjectType): SelectionPlan | undefined {
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    if (!fragment || !applies(schema, fragment.typeCondition?.name.value, parent)) return undefined;
    if (node.kind === Kind.INLINE_FRAGMENT) return planSet(fragment.selectionSet, parent);
    const byType = getOrCreate(planned, node.name.value, (): PlansByType => new Map());
    return getOrCreate(byType, parent.name, () => planSet(fragment.selectionSet, parent));
  }

  function addFragment(
    plan: Building,
    node: Fragment,
    parent: GraphQLObjectType,
    isSkipped: Condition,
  ): void {
    const inner = planFragment(node, parent);
    if (!inner) return;
    if (isSkipped === NOT_SKIPPED) {
      plan.fields += inner.fields;
      plan.bytes += inner.bytes;
      for (const other of inner.others) plan.others.push(other);
    } else {
      const below = new Map([[parent.name, inner]]);
      const free = { fields: 0, bytes: 0, readArguments: readNone, rule: PASS_ON };
      plan.others.push({ ...free, isSkipped, type: parent.name, below });
    }
  }

  const root = schema.getRootType(operation.operation);
  return { root: root ? planSet(operation.selectionSet, root) : undefined };
}
