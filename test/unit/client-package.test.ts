import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InMemoryCache } from '@apollo/client';
import { formatDocument } from '@urql/core';
import { parse, print, type DocumentNode } from 'graphql';
import * as operations from '../../packages/client/src/operations';
import { getDataID } from '../../packages/client/src/relay';
import { readOperationManifest } from '../../src/operation-manifest';
import { sha256 } from '../support/clients';
import { read, ROOT } from '../support/pages';

const PACKAGE = 'packages/client';
const FILES = readdirSync(join(ROOT, PACKAGE, 'operations'));
const NAMES = Object.keys(operations.documentIds) as (keyof typeof operations.documentIds)[];

const documentOf = (name: (typeof NAMES)[number]): DocumentNode => operations[`${name}Document`];

describe('The ready operations', () => {
  test('are one a file, each with a document and an ID', () => {
    const texts = FILES.map((file) => print(parse(read(`${PACKAGE}/operations/${file}`))));

    expect(NAMES.map((name) => print(documentOf(name))).sort()).toEqual(texts.sort());
    expect(FILES.length).toBeGreaterThan(4);
  });

  test.each(NAMES)(
    '%s is sent as the same text by each client, and its ID is the hash of it',
    (name) => {
      const document = documentOf(name);
      const sent = [
        document,
        new InMemoryCache().transformDocument(document),
        formatDocument(document) as DocumentNode,
      ].map((one) => print(one));

      expect(new Set(sent).size).toBe(1);
      expect(operations.documentIds[name]).toBe(`sha256:${sha256(sent[0] ?? '')}`);
    },
  );

  test('are what the manifest lists, which the gateway reads', () => {
    const manifest = readOperationManifest(join(ROOT, PACKAGE, 'persisted-query-manifest.json'));

    expect([...manifest.texts.keys()].map((id) => `sha256:${id}`)).toEqual(
      Object.values(operations.documentIds),
    );
    expect([...manifest.texts.values()]).toEqual(NAMES.map((name) => print(documentOf(name))));
  });
});

describe('Relay keeps apart', () => {
  test.each([
    ['two people whose IDs differ in type only', ['User', 'OPEN_ID'], ['User', 'USER_ID']],
    ['a cycle and a person', ['Semester', undefined], ['User', 'USER_ID']],
    ['a cycle and a task', ['Semester', undefined], ['StageTask', undefined]],
  ])('%s', (_, ...objects) => {
    const ids = objects.map(([type, idType]) => getDataID({ id: '7', idType }, type ?? ''));

    expect(new Set(ids).size).toBe(2);
    expect(ids).not.toContain(null);
  });

  test.each([
    ['a person without the type of the ID', { id: '7' }, 'User'],
    ['a text', { text: 'a' }, 'LocalizedText'],
  ])('%s by the field that returned it', (_, fields, type) => {
    expect(getDataID(fields, type)).toBeNull();
  });
});

test('The package has no dependencies, and only what it needs is packed', () => {
  const { dependencies, scripts, files } = JSON.parse(read(`${PACKAGE}/package.json`)) as {
    dependencies?: unknown;
    scripts: Record<string, string>;
    files: string[];
  };

  expect(dependencies).toBeUndefined();
  expect(Object.keys(scripts)).toEqual(['build', 'prepack']);
  expect(files).toEqual(['dist', 'operations', 'persisted-query-manifest.json', 'schema.graphql']);
});
