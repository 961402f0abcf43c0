import { ID_TYPES, MAX_PEOPLE, type Directory, type Selection } from './directory';

/** What the page is about. */
export interface Choice {
  /** `null` until a cycle is chosen. */
  readonly semesterId: string | null;
  readonly selection: Selection | null;
}

/** The fragment of the page's address that holds a choice. Browsers send it to no server. */
export function writeChoice({ semesterId, selection }: Choice): string {
  const parts = new URLSearchParams();
  if (semesterId !== null) parts.set('cycle', semesterId);
  if (selection?.teamId != null) parts.set('team', selection.teamId);
  else if (selection) {
    parts.set('type', selection.idType);
    parts.set('people', selection.userIds.join(' '));
  }
  return parts.toString();
}

/** The choice in a fragment. A team that the directory does not have, and faulty people, are no choice. */
export function readChoice(fragment: string, directory: Directory): Choice {
  const parts = new URLSearchParams(fragment.replace(/^#/, ''));
  return {
    semesterId: parts.get('cycle'),
    selection: readTeam(parts, directory) ?? readPeople(parts),
  };
}

function readTeam(parts: URLSearchParams, { idType, teams }: Directory): Selection | null {
  const team = teams.find(({ id }) => id === parts.get('team'));
  return team ? { idType, userIds: team.userIds, teamId: team.id } : null;
}

function readPeople(parts: URLSearchParams): Selection | null {
  const idType = ID_TYPES.find((type) => type === parts.get('type'));
  const userIds = [...new Set(parts.get('people')?.split(' ').filter(Boolean))];
  const isPossible = userIds.length > 0 && userIds.length <= MAX_PEOPLE;
  return idType && isPossible ? { idType, userIds, teamId: null } : null;
}
