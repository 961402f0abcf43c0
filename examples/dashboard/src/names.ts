import { createContext, useContext, useMemo } from 'react';
import { useLanguage } from './i18n/language';
import type { Directory } from './model/directory';
import type { Person } from './model/team-tasks';
import type { UserIdType } from './operations';

export const EMPTY_DIRECTORY: Directory = { idType: 'OPEN_ID', people: [], teams: [] };
export const DirectoryContext = createContext<Directory>(EMPTY_DIRECTORY);

export function useDirectory(): Directory {
  return useContext(DirectoryContext);
}

/** The name of a person: of the supergraph, else of the directory; `null` if there is none. */
export type NameOf = (person: Person) => string | null;

/** The directory names only IDs of its own type, because the same text can be the ID of two people. */
export function useNameOf(idType: UserIdType): NameOf {
  const { format } = useLanguage();
  const directory = useDirectory();
  return useMemo(() => {
    const people = directory.idType === idType ? directory.people : [];
    const names = new Map(people.map(({ id, name }) => [id, name]));
    return (person) =>
      format.text(person.kind === 'known' ? person.name : null) ??
      format.text(names.get(person.id) ?? null);
  }, [format, directory, idType]);
}
