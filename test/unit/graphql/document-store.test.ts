import { parse } from 'graphql';
import { createDocumentStore } from '../../../src/graphql/document-store';
import { createRejectedDocuments } from '../../../src/graphql/rejected-documents';

const TEXT = '{ __typename }';
const filler = (i: number) => parse(`{ a${i}: __typename #${'x'.repeat(100_000)}\n}`);

test('A document that is known by two keys is found by its text as long as one of them is there', async () => {
  const store = createDocumentStore(createRejectedDocuments());
  await store.byHash.set('by ID', parse(TEXT));
  await store.byHash.set('by hash', parse(TEXT));
  for (let i = 0; i < 10; i += 1) {
    await store.byHash.set(`filler ${i}`, filler(i));
    await store.byHash.get('by ID');
  }

  expect(await store.byHash.get('by hash')).toBeUndefined();
  expect(store.find(TEXT)).toBeDefined();
});

test('A document that was evicted is not found by its text', async () => {
  const store = createDocumentStore(createRejectedDocuments());
  await store.byHash.set('one', parse(TEXT));
  for (let i = 0; i < 10; i += 1) await store.byHash.set(`filler ${i}`, filler(i));
  expect(store.find(TEXT)).toBeUndefined();
});
