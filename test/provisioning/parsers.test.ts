import t from 'tap';
import { readPolycomCfg, readPolycomMaster } from '../support/polycom-cfg.ts';
import { readXml } from '../support/strict-xml.ts';
import { readYealinkBoot, readYealinkCfg } from '../support/yealink-cfg.ts';

// The readers that stand for a phone in other tests are as strict as they say.

const V = '#!version:1.0.0.1\n';

t.test('a Yealink configuration is read', async (t) => {
  const text = `${V}\n## hello\nlinekey.1.label = a = b # c\na.b =\nx.user_password = admin:1:2\nx.user_password = user:3\n`;
  t.strictSame(Object.fromEntries(readYealinkCfg(Buffer.from(text))), {
    'linekey.1.label': 'a = b # c',
    'a.b': '',
    'x.user_password/admin': '1:2',
    'x.user_password/user': '3',
  });
});

const brokenCfg = [
  '',
  'a.b = 1\n',
  `\ufeff${V}a.b = 1\n`,
  `${V}a.b = 1`,
  `${V}a.b = 1\r\n`,
  `${V}a.b = 1\na.b = 1\n`,
  `${V}a.b= 1\n`,
  `${V} a.b = 1\n`,
  `${V}a.b = 1 \n`,
  `${V}a.b =  1\n`,
  `${V}ab = 1\n`,
  `${V}a.b 1\n`,
  `${V}a.b = \t1\n`,
  `${V}a.b = 1\u2028c.d = 2\n`,
];

for (const text of brokenCfg) {
  t.test(`${encodeURI(text)} is refused`, async (t) => {
    t.throws(() => readYealinkCfg(Buffer.from(text)));
  });
}

t.test('bytes that are no UTF-8 are refused', async (t) => {
  t.throws(() => readYealinkCfg(Buffer.from(`${V}a.b = \u00e5\n`, 'latin1')));
  t.throws(() => readXml(Buffer.from(`${X}<a b="\u00e5"/>`, 'latin1')));
});

t.test('a boot file is a mode and files', async (t) => {
  const text = `${V}overwrite_mode = 1\ninclude:config a.cfg\ninclude:config "b.cfg"\n`;
  t.strictSame(readYealinkBoot(Buffer.from(text)), { overwrites: true, files: ['a.cfg', 'b.cfg'] });
  t.throws(() => readYealinkBoot(Buffer.from(`${V}include:config a b.cfg\n`)));
  t.throws(() => readYealinkBoot(Buffer.from(`${V}overwrite_mode = 1\noverwrite_mode = 0\n`)));
});

const X = '<?xml version="1.0" encoding="UTF-8"?>\n';

t.test('XML is read', async (t) => {
  const { name, attributes, children } = readXml(
    Buffer.from(`${X}<a b="&lt;&#65;&#x42;&amp;amp;"><!-- c --><d> e &gt; f </d>\n<g/></a>\n`),
  );
  t.equal(name, 'a');
  t.equal(attributes.get('b'), '<AB&amp;');
  t.strictSame(
    children.map((child) => [child.name, child.text]),
    [
      ['d', 'e > f'],
      ['g', ''],
    ],
  );
});

const brokenXml = [
  '',
  '<a/>',
  `${X}<a>`,
  `${X}<a></b>`,
  `${X}<a/><b/>`,
  `${X}<a b="1" b="2"/>`,
  `${X}<a b=1/>`,
  `${X}<a b='1'/>`,
  `${X}<a b="<"/>`,
  `${X}<a b="&"/>`,
  `${X}<a b="&nbsp;"/>`,
  `${X}<a b="1\n2"/>`,
  `${X}<a>\u0001</a>`,
  `${X}<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`,
  `${X}<a><![CDATA[b]]></a>`,
  `${X}<?b c?><a/>`,
  `${X}${'<a>'.repeat(30)}${'</a>'.repeat(30)}`,
];

for (const text of brokenXml) {
  t.test(`${encodeURI(text.slice(0, 100))} is refused`, async (t) => {
    t.throws(() => readXml(Buffer.from(text)));
  });
}

t.test('a Polycom parameter is any attribute, and stands once in the file', async (t) => {
  const read = (text: string) => readPolycomCfg(Buffer.from(`${X}${text}`));
  t.strictSame(Object.fromEntries(read('<A><B a.b="1"/><C><D c.d="2"/></C></A>')), {
    'a.b': '1',
    'c.d': '2',
  });
  for (const text of ['<A><B a.b="1"/><C a.b="1"/></A>', '<A b="1"/>', '<A>b</A>']) {
    t.throws(() => read(text), text);
  }
});

t.test('a master file names files', async (t) => {
  const read = (files: string) =>
    readPolycomMaster(
      Buffer.from(`${X}<APPLICATION APP_FILE_PATH="sip.ld" CONFIG_FILES="${files}"/>`),
    );
  t.strictSame(read('a.cfg, b.cfg'), { application: 'sip.ld', files: ['a.cfg', 'b.cfg'] });
  for (const files of ['', 'a.cfg,,b.cfg', 'x'.repeat(256)]) t.throws(() => read(files));
});
