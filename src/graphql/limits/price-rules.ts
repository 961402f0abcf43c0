import type { GraphQLSchema } from 'graphql';
import type { FilterStrategy } from '../../domain/stage-task-filter';
import type { UserIdType, UserKey } from '../../domain/user';

/** What the price of every operation of a process depends on, and the caller. */
export interface PriceRules {
  readonly schema: GraphQLSchema;
  /** The caller as a user, if it is one. */
  readonly viewer?: UserKey | undefined;
  readonly strategy: FilterStrategy;
  /** Whom a router's representation names. @throws when it names nobody */
  readonly userOfReference: (representation: Readonly<Record<string, unknown>>) => UserKey;
}

/** Users of one ID type, one cycle, or both: objects that arrive in the answer at the same moment. */
export interface Party {
  /** The loads above them, whose answers arrive one by one; empty where there are none. */
  readonly after: string;
  readonly idType: UserIdType;
  readonly userIds: readonly string[];
  readonly semesterId: string;
}

/** Objects whose fields are selected, as far as they are known before anything is loaded. */
export interface Objects {
  /** The object type, where the type of the field does not tell it. */
  readonly type?: string;
  readonly count: number;
  /** How many of them fill an answer of typical size, which is less than the work that they may be. */
  readonly typicalCount: number;
  readonly parties: readonly Party[];
}

/** Users whose tasks one field asks for; those of one scope share calls. */
export interface Load {
  readonly scope: string;
  /** Cycle and ID type, and what a field that has several views of them asks for. */
  readonly cycle: string;
  readonly view: string;
  readonly userIds: readonly string[];
}

export interface Outcome {
  readonly loads: readonly Load[];
  readonly children: readonly Objects[];
  /** Objects that are known to end as an error each. */
  readonly errors?: number;
}

/** The price of a field, in fields, on top of the field itself. */
export interface FieldPrice {
  readonly fields: number;
  /** Computed only after the fields were found to be affordable: it takes as long as there are users. */
  readonly outcome: () => Outcome;
}

export type Arguments = Readonly<Record<string, unknown>>;
export type Rule = (rules: PriceRules, args: Arguments, objects: Objects) => FieldPrice;
