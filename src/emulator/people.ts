import type { UserIdTypeWire } from '../feishu/wire/stage-task.wire';
import type { BilingualText } from './bilingual-text';
import { drawName } from './person-names';
import {
  alphanumericsFrom,
  digitsFrom,
  hexFrom,
  integerBetween,
  randomFrom,
  type Seed,
} from './random';

/** An employee of the emulated tenant with the four IDs that Feishu has for a user. (fact 4) */
export interface Person {
  /** `ou_` and 32 hexadecimal digits; different in each app. */
  readonly openId: string;
  /** `on_` and 32 hexadecimal digits; different for each developer. */
  readonly unionId: string;
  /** 8 lowercase letters and digits; different in each tenant. */
  readonly userId: string;
  /** 19 digits. */
  readonly peopleAdminId: string;
  readonly name: BilingualText;
  /** How many people report to this person: 0 except for managers. */
  readonly reportCount: number;
}

const MANAGER_SHARE = 0.12;

/** Returns the same people in the same order for the same seed. With a larger `count`, the first ones stay the same. */
export function createPeople(seed: Seed, count = 2_000): readonly Person[] {
  return Array.from({ length: count }, (_, index) => createPerson(`${seed}/person/${index}`));
}

export function idOf(person: Person, idType: UserIdTypeWire): string {
  switch (idType) {
    case 'open_id':
      return person.openId;
    case 'union_id':
      return person.unionId;
    case 'user_id':
      return person.userId;
    case 'people_admin_id':
      return person.peopleAdminId;
  }
}

function createPerson(label: string): Person {
  const random = randomFrom(label);
  return {
    openId: `ou_${hexFrom(`${label}/open_id`)}`,
    unionId: `on_${hexFrom(`${label}/union_id`)}`,
    userId: alphanumericsFrom(`${label}/user_id`, 8),
    peopleAdminId: `6${digitsFrom(`${label}/people_admin_id`, 18)}`,
    name: drawName(random),
    reportCount: random() < MANAGER_SHARE ? integerBetween(random, 3, 12) : 0,
  };
}
