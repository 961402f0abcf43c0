import type { Emulator } from '../../../src/emulator/emulator';
import type { Directory, Team } from '../src/model/directory';

/** The teams of the emulated company, by the number of people in each. */
const TEAMS = [
  { id: 'product', enUS: 'Product', zhCN: '产品', size: 24 },
  { id: 'engineering', enUS: 'Engineering', zhCN: '研发', size: 120 },
  { id: 'sales', enUS: 'Sales', zhCN: '销售', size: 60 },
] as const;

/** The people of the emulator as a directory, which in a company is the supergraph or a file. */
export function directoryOf({ people }: Emulator): Directory {
  return {
    idType: 'OPEN_ID',
    people: people.map(({ openId, name }) => ({
      id: openId,
      name: { zhCN: name['zh-CN'], enUS: name['en-US'] },
    })),
    teams: teamsOf(people.map(({ openId }) => openId)),
  };
}

function teamsOf(ids: readonly string[]): Team[] {
  let end = 0;
  return TEAMS.map(({ id, enUS, zhCN, size }) => {
    end += size;
    return { id, name: { enUS, zhCN }, userIds: ids.slice(end - size, end) };
  });
}
