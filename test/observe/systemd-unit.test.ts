import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ExitCode } from '../../src/cli/exit-codes.js';

/** The settings of a unit file by their names; what is given several times has several values. */
function settingsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const settings = new Map<string, string[]>();
  for (const [, name = '', value = ''] of text.matchAll(/^(\w+)=(.*)$/gm)) {
    settings.set(name, [...(settings.get(name) ?? []), value]);
  }
  return settings;
}

describe('the systemd unit', () => {
  const unit = settingsOf(
    readFileSync(new URL('../../packaging/systemd/silc-xmpp-gateway.service', import.meta.url), 'utf8'),
  );

  it('does not start again what no restart mends', () => {
    expect(unit.get('RestartPreventExitStatus')).toEqual([`${ExitCode.usage} ${ExitCode.config} SIGILL`]);
    // What it ends with would not count: the unit would be started for ever.
    expect(unit.has('ExecStartPre')).toBe(false);
  });

  it('names itself in the journal', () => {
    expect(unit.get('SyslogIdentifier')).toEqual(['silc-xmpp-gateway']);
    expect(unit.get('SyslogLevelPrefix')).toEqual(['yes']);
  });

  it('lets system calls that it does not know fail: V8 tries some, and would be killed', () => {
    expect(unit.get('SystemCallErrorNumber')).toEqual(['EPERM']);
  });

  it('hands a configuration that only root may read to the user that it makes', () => {
    expect(unit.get('LoadCredential')).toEqual(['gateway.yaml:/etc/silc-xmpp-gateway/gateway.yaml']);
    expect(unit.get('ExecStart')?.join()).toContain('--config ${CREDENTIALS_DIRECTORY}/gateway.yaml');
    // The one that is missing is named, and nothing is tried.
    expect(unit.get('AssertPathExists')).toEqual(['/etc/silc-xmpp-gateway/gateway.yaml']);
  });
});
