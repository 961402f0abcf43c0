import { fromListItem } from '../../../src/feishu/semester.mapping';
import { semestersDataWire } from '../../../src/feishu/wire/semester.wire';
import { BASE, SEMESTER_ID } from '../../support/feishu-answer';

describe('the list of all review cycles', () => {
  const cyclesOf = (items: unknown) => semestersDataWire.parse({ items }).items.map(fromListItem);
  const CYCLE = { id: SEMESTER_ID, name: BASE.semester_name, start_time: '1782835200000' };

  test('is read with an open end when Feishu sends none', () => {
    expect(cyclesOf([{ ...CYCLE, year: 2026, progress: 'enabled', end_time: '0' }])).toEqual([
      {
        id: SEMESTER_ID,
        name: { zhCN: '2026 下半年', enUS: '2026 H2' },
        startTime: new Date(1_782_835_200_000),
        endTime: null,
      },
    ]);
  });

  test('keeps the readable cycles beside unreadable ones', () => {
    const cycles = cyclesOf([null, {}, { ...CYCLE, id: '' }, 'x', CYCLE]);
    expect(cycles.map((cycle) => cycle?.id)).toEqual([...Array(4), SEMESTER_ID]);
  });
});
