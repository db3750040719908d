import { describe, expect, it } from 'vitest';
import { nameOf, readPostgresUrl } from '../../../src/store/dialects/postgres/settings.js';

describe('the URL of a PostgreSQL store', () => {
  it('says how the server is reached', () => {
    expect(readPostgresUrl('postgres://me:p%40ss@db.example.org:5433/gateway')).toEqual({
      ...{ host: 'db.example.org', port: 5433, database: 'gateway', user: 'me', password: 'p@ss' },
      tls: 'verify-full',
    });
    expect(readPostgresUrl('postgresql://me@127.0.0.1/gateway')).toMatchObject({
      ...{ host: '127.0.0.1', port: 5432, password: undefined, tls: 'disable' },
    });
    expect(readPostgresUrl('postgres://me@[::1]/gateway')).toMatchObject({ host: '::1', tls: 'disable' });
    expect(readPostgresUrl('postgres://me@/gateway?host=/run/postgresql')).toMatchObject({
      ...{ host: '/run/postgresql', tls: 'disable' },
    });
    expect(readPostgresUrl('postgres://me@10.0.0.1/gateway?sslmode=require').tls).toBe('require');
  });

  it('is named without its password', () => {
    for (const [url, name] of [
      ['postgres://me:hidden@db.example.org/g', 'postgres://me@db.example.org:5432/g'],
      ['postgres://me:hidden@[::1]:9/g', 'postgres://me@[::1]:9/g'],
      ['postgres://me:hidden@/g?host=/run/postgresql', 'postgres://me@/g?host=/run/postgresql'],
    ] as const) {
      expect(nameOf(readPostgresUrl(url))).toBe(name);
    }
  });

  it.each([
    'postgres://',
    'postgres://host/g',
    'postgres://me:hidden@host',
    'postgres://me:hidden@host/a/b',
    'postgres://me:hidden@host:x/g',
    'postgres://me:hid%zzden@host/g',
    'postgres://me:hidden@host/g?sslmode=prefer',
    'postgres://me:hidden@host/g?hidden=1',
  ])('is refused without repeating what it says: %s', (url) => {
    expect(() => readPostgresUrl(url)).toThrow(expect.objectContaining({ code: 'unsupported' }));
    try {
      readPostgresUrl(url);
    } catch (error) {
      expect(String(error)).not.toContain('hid');
    }
  });
});
