import { fromListItem } from '../../../src/feishu/semester.mapping';
import { semestersDataWire } from '../../../src/feishu/wire/semester.wire';
import { BASE, SEMESTER_ID } from '../../support/feishu-answer';

describe('the list of all review cycles', () => {
  const cyclesOf = (items: unknown) => semestersDataWire.parse({ items }).items?.map(fromListItem);
  const CYCLE = { id: SEMESTER_ID, name: BASE.semester_name, start_time: '1782835200000' };

  test('is read with an open end when Feishu sends none', () => {
    expect(cyclesOf([{ ...CYCLE, year: 2026, progress: 'enabled', end_time: '0' }])).toEqual([
      {
        id: SEMESTER_ID,
        name: { zhCN: '2026 下半年', enUS: '2026 H2' },
        startTime: new Date(1_782_835_200_000),
        endTime: null,
        year: 2026,
        typeGroup: null,
        type: null,
        progress: 'ENABLED',
        createdAt: null,
        modifiedAt: null,
      },
    ]);
  });

  test.each([
    ['Semi-annual', 'H1', 'SEMI_ANNUAL', 'H1'],
    ['Non-standard', 'Custom', 'NON_STANDARD', 'CUSTOM'],
    ['Bimonth', 'January-February', 'BIMONTH', 'JANUARY_FEBRUARY'],
    ['', undefined, null, null],
    ['Weekly', 'constructor', 'UNKNOWN', 'UNKNOWN'],
  ])('has the type group %s and the type %s as %s and %s', (type_group, type, group, one) => {
    expect(cyclesOf([{ ...CYCLE, type_group, type }])).toMatchObject([
      { typeGroup: group, type: one },
    ]);
  });

  test('is missing, and not empty, when Feishu sends no list', () => {
    expect([cyclesOf([]), cyclesOf(undefined), cyclesOf(null)]).toEqual([[], undefined, undefined]);
  });

  test('keeps the readable cycles beside unreadable ones', () => {
    const cycles = cyclesOf([null, {}, { ...CYCLE, id: '' }, 'x', CYCLE]);
    expect(cycles?.map((cycle) => cycle?.id)).toEqual([...Array(4), SEMESTER_ID]);
  });
});
