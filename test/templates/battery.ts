import type { Templates } from './three.ts'

/** Where nunjucks' scoping, escaping and errors are peculiar: a title, the templates (rendered from `page`). */
export const BATTERY: Record<string, Templates | string> = {
  // Values
  'undefined, null, booleans, numbers':
    '{{ no }}|{{ nul }}|{{ t }}|{{ f }}|{{ n }}|{{ nan }}|{{ neg }}|{{ big }}',
  'strings to escape':
    '{{ evil }}|{{ evil | safe }}|{{ evil | e }}|{{ evil | escape }}|{{ evil | safe | e }}',
  'marked strings':
    '{{ marked }}|{{ marked | e }}|{{ marked | upper }}|{{ marked | trim }}|{{ marked ~ evil }}',
  'a marked string through filters':
    '{{ evil | safe | replace("<", "[") }}|{{ marked | title }}|{{ marked | reverse }}',
  'arrays and objects': '{{ list }}|{{ obj }}|{{ date.getTime() }}|{{ [1, "<", [2]] }}|{{ {a: "<"} }}',
  'an object with toString': '{{ shown }}|{{ shown | safe }}|{{ shown | upper }}',
  'an object without toString': '{{ bare }}',
  'a symbol': '{{ sym }}',
  'a function': '{{ fn }}|{{ fn(2) }}',
  'safe of nothing': '{{ no | safe }}|{{ nul | safe }}|{{ n | safe }}|{{ list | safe }}|{{ bare | safe }}',
  'escape of nothing': '{{ no | e }}|{{ nul | escape }}|{{ n | e }}|{{ list | e }}',
  forceescape: '{{ marked | forceescape }}|{{ evil | forceescape }}',
  'deep members of nothing':
    '{{ no.a.b }}|{{ nul.a }}|{{ obj.a.b.c.d }}|{{ n.x }}|{{ "s".length }}|{{ list[9].x }}',
  'members by expression':
    '{{ obj["a"] }}|{{ obj[key] }}|{{ list[0] }}|{{ list[n - 7] }}|{{ list["length"] }}|{{ obj[no] }}',
  'methods keep their object':
    '{{ counter.up() }}{{ counter.up() }}|{{ list.join("-") }}|{{ "abc".toUpperCase() }}|{{ obj.say() }}',
  'a method taken off':
    '{% set f = obj.say %}{{ f() }}|{{ id(obj.say)() }}|{{ obj["say"]() }}|{{ list.slice(1).concat([9]) }}',
  'a method of a method’s result': '{{ "a,b".split(",").map(fn).join("+") }}|{{ obj.make(1).say() }}',
  'inherited members': '{{ obj.toString() }}|{{ constructor }}|{{ toString }}|{{ hasOwnProperty }}',
  'globals and values of one name': '{{ glob }}|{{ shadowed }}|{{ undef }}|{{ range(3) }}',
  'a value that is undefined hides a global': '{{ hidden }}|{{ hidden is defined }}',
  // Operators
  'precedence as it has always been':
    '{{ 1 + 2 * 3 - 4 / 2 }}|{{ 2 * 3 % 4 }}|{{ 7 // 2 }}|{{ 2 ** 3 ** 2 }}|{{ -2 ** 2 }}|{{ 10 - 2 - 3 }}|{{ 8 / 4 / 2 }}|{{ 8 / 4 * 2 }}|{{ 8 - 4 + 2 }}',
  'not before a comparison':
    '{{ not n == 7 }}|{{ not t }}|{{ not no }}|{{ not t == f }}|{{ not (n == 7) }}|{{ not n is odd }}',
  'and, or give values':
    '{{ no or "x" }}|{{ n and "y" }}|{{ "" or 0 or nul }}|{{ t and f or "z" }}|{{ no and boom() }}',
  comparisons:
    '{{ n == "7" }}|{{ n === "7" }}|{{ n != 7 }}|{{ n !== 7 }}|{{ 1 < 2 < 3 }}|{{ 3 > 2 > 1 }}|{{ n >= 7 }}|{{ n <= 6 }}',
  in: '{{ 1 in list }}|{{ "a" in obj }}|{{ "b" in "abc" }}|{{ 9 not in list }}|{{ not 1 in list }}',
  'in nothing': '{{ 1 in no }}',
  concatenation:
    '{{ n ~ 1 }}|{{ no ~ nul }}|{{ "a" ~ "<" }}|{{ marked ~ "<" }}|{{ 1 + 2 ~ 3 }}|{{ "x" ~ 1 + 2 }}',
  'inline if':
    '{{ "a" if t }}|{{ "a" if f }}|{{ "a" if f else "b" }}|{{ ("a" if f else "b") if t else "c" }}|{{ boom() if f else "ok" }}',
  'inline if and filters':
    '{{ "<a>" | safe if t else "<b>" }}|{{ ("<a>" if t) | upper }}|{{ evil if t else marked }}',
  tests:
    '{{ no is defined }}|{{ n is odd }}|{{ n is not even }}|{{ n is divisibleby(7) }}|{{ n is divisibleby 3 }}|{{ nul is none }}|{{ nul is null }}|{{ marked is escaped }}|{{ list is iterable }}|{{ n is number and t is truthy }}|{{ not n is odd }}',
  signs: '{{ -n }}|{{ +"3" }}|{{ 1 - -1 }}|{{ -n | abs }}|{{ (-n) | abs }}',
  'groups and commas': '{{ (1, 2) }}|{{ (n) }}|{{ ((n) + 1) * 2 }}',
  'an empty group': '{{ () }}',
  literals: `{{ "a\\n\\t\\\\b'\\"" }}|{{ 'x"y' }}|{{ 1.50 }}|{{ true }}|{{ none }}|{{ null }}|{{ "\u2028" }}|{{ [] }}|{{ {} }}`,
  'a regular expression':
    '{{ r/b+/g.test("abb") }}|{{ "abb" | replace(r/b/g, "c") }}{% for i in [1, 2] %}{{ r/a/g.test("a") }}{% endfor %}',
  'dict keys': '{{ {"a b": 1, c: 2}["a b"] }}|{% set d = {x: n, "y": {z: 3}} %}{{ d.y.z }}{{ d.x }}',
  // Whitespace, raw, comments
  'whitespace control': 'a \n {%- if t -%} \n b \n {%- endif -%} \n c {{- n -}} \n d {#- x -#} e',
  'whitespace control after tags': '{% set x = 1 -%}\n  a\n{%- for i in list -%}  {{ i }}  {%- endfor -%}  b',
  'raw and verbatim': '{% raw %}{{ x }}{% if %}{% endraw %}|{% verbatim %}{% raw %}{{ y }}{% endverbatim %}',
  comments: 'a{# {{ boom() }} #}b{# multi\nline #}c',
  'odd text': 'back\\slash "quote" \'single\' \u2028 ` ${x} </script> \r\n tab\t \0',
  // Set
  'set and what sees it':
    '{% set x = 1 %}{{ x }}{% if t %}{% set x = 2 %}{% endif %}{{ x }}{% set x = x + 1 %}{{ x }}',
  'set hides a value': '{{ n }}{% set n = "<" %}{{ n }}',
  'set to nothing': '{% set n = no %}[{{ n }}]{% set y = nul %}[{{ y }}]{% set glob = no %}[{{ glob }}]',
  'set of several names':
    '{% set a, b = "z" %}{{ a }}{{ b }}{% for i in list %}{% set a, i = 5 %}{{ a }}{{ i }}{% endfor %}{{ a }}',
  'set in a loop': '{% for i in list %}{% set x = i %}{{ x }}{% endfor %}[{{ x }}]',
  'set in a loop of what is outside':
    '{% set x = 0 %}{% for i in list %}{% set x = x + i %}{{ x }},{% endfor %}{{ x }}',
  'set in a loop of a value': '{% for i in list %}{{ n }}{% set n = n + i %}{{ n }},{% endfor %}{{ n }}',
  'set of the loop variable': '{% for i in list %}{% set i = i * 2 %}{{ i }},{% endfor %}{{ i }}',
  'set in nested loops':
    '{% set x = 0 %}{% for i in list %}{% for j in list %}{% set x = x + j %}{% set y = x %}{% endfor %}{{ y }}{{ x }},{% endfor %}{{ x }}{{ y }}',
  'set block': '{% set x %}<b>{{ evil }}</b>{% endset %}{{ x }}|{{ x | safe }}|{{ x | length }}',
  'set block in a loop':
    '{% for i in list %}{% set x %}{{ i }}{% for j in list %}{{ j }}{{ loop.index }}{% endfor %}{% endset %}{{ x }},{% endfor %}',
  'set block with a filter': '{% set x | upper %}a{{ n }}{% endset %}{{ x }}',
  'underscored names': '{% set _x = 1 %}{{ _x }}{% macro _m() %}m{% endmacro %}{{ _m() }}',
  // Loops
  'loop variables':
    '{% for i in list %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}|{% endfor %}',
  'loop as an object':
    '{% for i in list %}{{ loop | dump | safe }}{{ id(loop).index }}{{ loop["index"] }}{{ loop[key] }}{{ loop.none }}{% endfor %}{{ loop }}',
  'loop as an object in a captured text':
    '{% for i in list %}{% filter upper %}{{ id(loop).index }}{% endfilter %}{{ loop | dump | safe }}{% endfor %}',
  'loop kept': '{% for i in list %}{{ keep(loop) }}{% endfor %}{{ kept() | dump | safe }}',
  'loop of an outer loop':
    '{% for i in list %}{% set outer = loop %}{% for j in list %}{{ outer.index }}{{ loop.index }} {% endfor %}{% endfor %}',
  'loop in the list of an inner loop':
    '{% for i in list %}{% for j in [loop.index] %}{{ j }}{{ loop.index }}{% else %}x{% endfor %}{% endfor %}',
  'loop in an inner else':
    '{% for i in list %}{% for j in [] %}{% else %}{{ loop.index }}{% endfor %}{% endfor %}',
  'an empty list':
    '{% for i in [] %}x{% else %}none{% endfor %}|{% for i in no %}x{% else %}none{% endfor %}|{% for i in nul %}x{% endfor %}',
  'a stale else':
    '{% for a in [[1], no, [2], []] %}{% for b in a %}{{ b }}{% else %}E{{ b }}{% endfor %},{% endfor %}',
  'over an object':
    '{% for k, v in obj2 %}{{ k }}={{ v }}{{ loop.index }}{{ loop.last }};{% endfor %}{% for k, v in {} %}{% else %}E{% endfor %}',
  'over an object with one name': '{% for k in obj2 %}{{ k }}{% else %}E{% endfor %}',
  'over pairs':
    '{% for a, b in pairs %}{{ a }}-{{ b }}{{ loop.index }};{% endfor %}{% for a, b, c in [[1, 2, 3]] %}{{ a }}{{ b }}{{ c }}{% endfor %}',
  'over pairs that are none': '{% for a, b in [1, "xy"] %}{{ a }}{{ b }},{% endfor %}',
  'over pairs of nothing': '{% for a, b in [no] %}{{ a }}{% endfor %}',
  'over a map, a set, a generator, a text':
    '{% for k, v in map %}{{ k }}{{ v }}{% endfor %}|{% for x in set %}{{ x }}{% endfor %}|{% for x in gen() %}{{ x }}{% endfor %}|{% for c in "abc" %}{{ c }}{% endfor %}|{% for i in 5 %}x{% endfor %}',
  'a list that grows':
    '{% for x in growing %}{{ x }}{% if x < 4 %}{{ growing.push(x + 2) }}{% endif %}{{ loop.length }}{{ loop.last }},{% endfor %}',
  holes: '{% for x in [1, no, 3] %}[{{ x }}]{% endfor %}{{ x }}',
  'a loop variable that is undefined does not fall back': '{% for n in [no] %}[{{ n }}]{% endfor %}{{ n }}',
  'the loop’s own name in its list': '{% for list in list %}{{ list }}{% endfor %}{{ list }}',
  'names after the loop': '{% for i in list %}{% for j in list %}{% endfor %}{{ j }}{% endfor %}{{ i }}',
  'a loop named as its list, nested':
    '{% for a in [[1, 2], [3]] %}{% for a in a %}{{ a }}{% endfor %}|{{ a }}{% endfor %}',
  'sort, groupby and so on':
    '{% for x in [3, 1, 2] | sort %}{{ x }}{% endfor %}{{ list | join(",") }}{{ [3, 1] | sort(reverse=true) }}{% for k, v in people | groupby("age") %}{{ k }}{{ v.length }}{% endfor %}{{ people | sort(attribute="name") | first | dump | safe }}{{ list | sum }}{{ list | batch(2) | dump }}',
  // If, switch
  'if, elif, else':
    '{% if no %}a{% elif n == 7 %}b{% else %}c{% endif %}{% if no %}a{% elseif no %}b{% else %}c{% endif %}{% if f %}x{% endif %}',
  switch:
    '{% for x in [1, 2, 3, "1"] %}{% switch x %}skipped{% case 1 %}one{% case 2 %}{% case 3 %}two-three{% default %}other{% endswitch %},{% endfor %}',
  'switch without a default':
    '{% switch n %}{% case 1 %}a{% endswitch %}|{% switch n %}{% case n %}{% set z = 1 %}{{ z }}{% case 7 %}b{% endswitch %}{{ z }}',
  // Filters
  'filter arguments':
    '{{ "abc" | replace("b", "<") }}|{{ no | default("d") }}|{{ "" | d("e", true) }}|{{ [1, 2] | join("<") }}|{{ "a b" | title | replace("A", "x") }}',
  'filter with keywords': '{{ "x" | kws(1, a=2, b="<") }}|{{ "x" | kws }}',
  'filter blocks':
    '{% filter upper %}a{{ evil }}{% endfilter %}|{% filter replace("a", "<") %}banana{% endfilter %}|{% filter safe %}<{{ n }}>{% endfilter %}',
  'filter block in a loop':
    '{% for i in list %}{% filter upper %}x{{ i }}{% for j in list %}{{ loop.index }}{{ i }}{% endfor %}{% endfilter %}{% endfor %}',
  'this in filters and globals':
    '{{ 1 | ctx("n") }}|{{ see("n") }}|{{ see("x") }}{% set x = 5 %}{{ see("x") }}{% for x in [8] %}{{ see("x") }}{% endfor %}',
  'filters of nothing': '{{ no | upper }}|{{ nul | lower }}|{{ no | length }}|{{ no | trim }}',
  length:
    '{{ list | length }}{{ obj2 | length }}{{ "abc" | length }}{{ map | length }}{{ marked | length }}{{ no | length }}{{ 5 | length }}',
  'a filter that gives a marked string':
    '{{ "x" | bold }}|{{ "<x>" | bold | upper }}|{{ "x" | bold | bold }}',
  // Macros
  'macro arguments':
    '{% macro m(a, b, c=3, d="<") %}[{{ a }},{{ b }},{{ c }},{{ d }}]{% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(1, 2, 4) }}{{ m(1, 2, 4, 5) }}{{ m(1, 2, 4, 5, 6) }}{{ m(1, d=9) }}{{ m(b=2, a=1) }}{{ m() }}{{ m(1, c=no) }}{{ m(d=1, zz=2) }}',
  'macro results are marked':
    '{% macro m(x) %}<i>{{ x }}</i>{% endmacro %}{{ m(evil) }}|{{ m(m(evil)) }}|{{ m(evil) | upper }}|{{ m("a") ~ "<" }}|{% set y = m("<") %}{{ y }}',
  'defaults that use other names':
    '{% set x = 5 %}{% macro m(a, b=a, c=b, e=x, g=n) %}{{ a }}{{ b }}{{ c }}{{ e }}{{ g }}{% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m() }}',
  'a keyword argument that is undefined falls back':
    '{% macro m(n=no) %}[{{ n }}]{% endmacro %}{{ m() }}{{ m(n=no) }}{{ m(n=nul) }}{{ m(n=1) }}',
  'macros see values, not loops':
    '{% macro m() %}{{ n }}{{ i }}{{ loop }}{{ x }}{% endmacro %}{% set x = 1 %}{% for i in list %}{{ m() }}{% endfor %}',
  'macros see what is set before the call':
    '{% macro m() %}{{ x }}{% endmacro %}{{ m() }}{% set x = 1 %}{{ m() }}{% set x = 2 %}{{ m() }}',
  'set in a macro stays there':
    '{% set x = 1 %}{% macro m() %}{{ x }}{% set x = 2 %}{{ x }}{% for i in [3] %}{% set x = i %}{% endfor %}{{ x }}{% endmacro %}{{ m() }}{{ x }}',
  'recursive macros':
    '{% macro tree(t) %}({{ t.v }}{% for k in t.kids %}{{ loop.index }}{{ tree(k) }}{{ loop.last }}{% endfor %}){% endmacro %}{{ tree(tree1) }}',
  'nested macros':
    '{% macro a(x) %}{% macro b(y) %}<{{ x }}{{ y }}>{% endmacro %}{{ b(x) }}{{ b("z") }}{% endmacro %}{{ a(1) }}{{ b(2) }}',
  'a macro in a loop':
    '{% for i in list %}{% macro m(x) %}{{ x }}{{ i }}{{ loop.index }}{% endmacro %}{{ m(i) }}{% endfor %}{{ m(1) }}',
  'a macro in an if': '{% if f %}{% macro m() %}x{% endmacro %}{% endif %}{{ m() }}',
  'a macro used before it is made': '{{ m() }}{% macro m() %}x{% endmacro %}',
  'a macro made twice': '{% macro m() %}1{% endmacro %}{{ m() }}{% macro m() %}2{% endmacro %}{{ m() }}',
  'a macro given as a value':
    '{% macro m(x) %}<{{ x }}>{% endmacro %}{{ id(m)(1) }}{% set k = m %}{{ k(2) }}{{ [1, 2].map(m) }}{% for f in [m] %}{{ f(3) }}{% endfor %}',
  'a macro with a dict':
    '{% macro m(o) %}{{ o.a }}{{ o | dump }}{% endmacro %}{{ m({a: 1}) }}{{ m(o={a: 2}) }}',
  'a macro with include': {
    page: '{% macro m(a, b=2) %}{% include "part" %}{% endmacro %}{% set a = 9 %}{{ m(1) }}{% include "part" %}',
    part: '[{{ a }}{{ b }}{{ n }}]',
  },
  'keyword arguments to globals':
    '{{ kw(1, a=2) | dump | safe }}|{{ kw(a=1) | dump | safe }}|{{ kw() | dump | safe }}',
  // Call blocks
  caller: '{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}{{ evil }}{{ n }}{% endcall %}',
  'caller with arguments':
    '{% macro m(l) %}{% for x in l %}<{{ caller(x, loop.index) }}>{% endfor %}{% endmacro %}{% call(a, b, c=3) m(list) %}{{ a }}{{ b }}{{ c }}{% endcall %}',
  'caller sees the loop around it': {
    page: '{% from "lib" import m %}{% for i in list %}{% call m(i) %}{{ i }}{{ loop.index }}{{ n }}{% endcall %}{% endfor %}',
    lib: '{% macro m(i) %}[{{ caller() }}{{ i }}]{% endmacro %}',
  },
  'caller sees the macro’s variables when made together':
    '{% set title = "outer" %}{% macro m(title, k="kw") %}{{ caller() }}{% endmacro %}{% call m("inner") %}{{ title }}{{ k }}{{ loop }}{% endcall %}{{ title }}',
  'caller does not when imported': {
    page: '{% from "lib" import m %}{% set title = "outer" %}{% call m("inner") %}{{ title }}{{ k }}{% endcall %}',
    lib: '{% macro m(title, k="kw") %}{{ caller() }}{% endmacro %}',
  },
  'caller in a loop of the macro':
    '{% macro m() %}{% for i in list %}{{ caller() }}{% endfor %}{% endmacro %}{% call m() %}[{{ i }}{{ loop.index }}]{% endcall %}',
  'nested call blocks':
    '{% macro a() %}a{{ caller() }}a{% endmacro %}{% macro b() %}b{{ caller() }}b{% endmacro %}{% call a() %}{% call b() %}{{ n }}{% endcall %}{% endcall %}',
  'nested call blocks of imports': {
    page: '{% import "lib" as l %}{% call l.a() %}1{% call l.b(2) %}{{ n }}{% endcall %}{% endcall %}',
    lib: '{% macro a() %}a{{ caller() }}a{% endmacro %}{% macro b(x) %}b{{ caller() }}{{ x }}b{% endmacro %}',
  },
  'a call within a macro within a call': {
    page: '{% import "lib" as l %}{% call l.form() %}{{ n }}{% endcall %}',
    lib: '{% macro field(x) %}<{{ caller() }}{{ x }}>{% endmacro %}{% macro form() %}{% set y = 3 %}{% call field(1) %}{{ y }}{{ x }}{{ caller is defined }}{% endcall %}{% endmacro %}',
  },
  'no caller':
    '{% macro m() %}{% if caller %}yes{% else %}no{% endif %}{% endmacro %}{{ m() }}{% call m() %}{% endcall %}',
  'caller called without one': '{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}',
  'set in a caller': {
    page: '{% from "lib" import m %}{% set x = 1 %}{% call m() %}{% set x = 2 %}{{ x }}{% for i in [1] %}{% set x = 3 %}{% endfor %}{{ x }}{% endcall %}{{ x }}',
    lib: '{% macro m() %}{{ caller() }}{% endmacro %}',
  },
  'include in a caller': {
    page: '{% from "lib" import m %}{% for i in list %}{% call(z) m() %}{% include "part" %}{% endcall %}{% endfor %}',
    lib: '{% macro m() %}{{ caller(7) }}{% endmacro %}',
    part: '{{ i }}{{ z }}{{ loop.index }};',
  },
  'caller passed on':
    '{% macro a() %}{{ caller() }}{% endmacro %}{% macro b() %}{{ a(caller=caller) }}{% endmacro %}{% call b() %}x{{ n }}{% endcall %}',
  'a call block of a method': '{% set o = {m: id} %}{% call o.m() %}x{% endcall %}',
  // Includes
  'include sees values and frames': {
    page: '{% set x = 1 %}{% for i in list %}{% include "part" %}{% endfor %}{% include "part" %}',
    part: '[{{ n }}{{ x }}{{ i }}{{ loop.index }}]',
  },
  'set in an include stays there': {
    page: '{% set x = 1 %}{% include "part" %}{{ x }}{{ y }}',
    part: '{% set x = 2 %}{% set y = 3 %}{{ x }}',
  },
  'set in a loop of an include gets out': {
    page: '{% set x = 1 %}{% include "part" %}{{ x }}{% for i in list %}{% include "part" %}{{ x }}{{ i }}{% endfor %}',
    part: '{% for j in [5] %}{% set x = x + j %}{% set i = 9 %}{% endfor %}{{ x }}',
  },
  'include of a value’s name': { page: '{% include part %}{% include "pa" + "rt" %}', part: 'P' },
  'include ignoring what is missing': {
    page: 'a{% include "nope" ignore missing %}b{% include no2 ignore missing %}',
  },
  'include with a loop variable destructured': {
    page: '{% for a, b in pairs %}{% include "part" %}{% endfor %}{% for a, b in obj2 %}{% include "part" %}{% endfor %}',
    part: '[{{ a }}{{ b }}{{ loop.index }}]',
  },
  'include that includes': {
    page: '{% set x = 1 %}{% include "a" %}',
    a: '{% set y = 2 %}{% for i in list %}{% include "b" %}{% endfor %}',
    b: '{{ x }}{{ y }}{{ i }},',
  },
  'include of what extends': {
    page: '{% set x = 5 %}a{% include "kid" %}b',
    kid: '{% extends "base" %}{% block b %}{{ x }}{{ super() }}{% endblock %}',
    base: '<{% block b %}{{ n }}{% endblock %}>',
  },
  'include has its own blocks': {
    page: '{% block b %}page{% endblock %}{% include "part" %}',
    part: '{% block b %}part{% endblock %}',
  },
  'recursive include': {
    page: '{% set t = tree1 %}{% include "node" %}',
    node: '({{ t.v }}{% for k in t.kids %}{% set t = k %}{% include "node" %}{% endfor %})',
  },
  'macros are not included': { page: '{% include "lib" %}{{ m() }}', lib: '{% macro m() %}x{% endmacro %}' },
  'a macro around an include': {
    page: '{% macro m() %}M{{ n }}{% endmacro %}{% include "part" %}',
    part: '{{ m() }}',
  },
  // Imports
  import: {
    page: '{% import "lib" as l %}{{ l.m(1) }}{{ l.x }}{{ l._y }}{{ l.n }}',
    lib: '{% set x = 3 %}{% set _y = 4 %}{% macro m(a) %}{{ a }}{{ x }}{{ n }}{% endmacro %}',
  },
  'from import': {
    page: '{% from "lib" import m, x as z %}{{ m(1) }}{{ z }}{{ x }}',
    lib: '{% set x = 3 %}{% macro m(a) %}{{ a }}{{ x }}{{ n }}{% endmacro %}',
  },
  'import with context': {
    page: '{% set y = 8 %}{% import "lib" as l with context %}{{ l.m(1) }}{% from "lib" import m with context %}{{ m(2) }}',
    lib: '{% set x = n %}{% macro m(a) %}{{ a }}{{ x }}{{ n }}{{ y }}{% endmacro %}',
  },
  'import with context sets through': {
    page: '{% set x = 1 %}{% import "lib" as l with context %}{{ x }}{{ l.x }}',
    lib: '{% set x = 2 %}{% set y = 3 %}',
  },
  'import in a loop': {
    page: '{% for i in list %}{% import "lib" as l with context %}{% from "lib" import m without context %}{{ l.m() }}{{ m() }}{{ l.z }}{% endfor %}{{ l }}{{ m }}',
    lib: '{% set z = i %}{% macro m() %}{{ i }}{{ z }}{% endmacro %}',
  },
  'import in a macro and a block': {
    page: '{% macro a() %}{% from "lib" import m %}{{ m(1) }}{% endmacro %}{{ a() }}{% block b %}{% import "lib" as l %}{{ l.m(2) }}{% endblock %}{{ l.m(3) }}{{ m is defined }}',
    lib: '{% macro m(x) %}<{{ x }}>{% endmacro %}',
  },
  'import of what is not there': {
    page: '{% from "lib" import nope %}',
    lib: '{% macro m() %}{% endmacro %}',
  },
  'import of a set that is undefined': {
    page: '{% from "lib" import x %}[{{ x }}]',
    lib: '{% set x = no %}',
  },
  'imported names hide values': {
    page: '{{ n }}{% from "lib" import n %}{{ n() }}{% include "part" %}',
    lib: '{% macro n() %}N{% endmacro %}',
    part: '{{ n() }}',
  },
  'an imported template puts nothing out': { page: '[{% import "lib" as l %}]', lib: 'text{{ see("n") }}' },
  'an imported template that extends': {
    page: '{% import "lib" as l %}{{ l.m() }}{{ l.p }}',
    lib: '{% extends "base" %}{% macro m() %}m{% endmacro %}',
    base: '{% set p = 1 %}{% block b %}{% endblock %}',
  },
  'counters in a module': {
    page: '{% import "lib" as l %}{{ l.next() }}{{ l.next() }}{% import "lib" as k %}{{ k.next() }}',
    lib: '{% set c = cycler("a", "b") %}{% macro next() %}{{ c.next() }}{% endmacro %}',
  },
  // Inheritance
  'blocks and super': {
    page: '{% extends "mid" %}{% block a %}p{{ super() }}p{% endblock %}',
    mid: '{% extends "base" %}{% block a %}m{{ super() }}{{ super() }}m{% endblock %}{% block c %}mc{% endblock %}',
    base: '[{% block a %}base{{ n }}{% endblock %}|{% block b %}bb{% block c %}bc{% endblock %}{% endblock %}]',
  },
  'super is marked': {
    page: '{% extends "base" %}{% block a %}{{ super() }}|{{ super() | upper }}|{% set s = super() %}{{ s }}{% endblock %}',
    base: '{% block a %}<b>{{ evil }}</b>{% endblock %}',
  },
  'text outside of blocks is dropped, sets are not': {
    page: 'gone{% extends "base" %}gone{% set x = "set" %}{{ see("n") }}{% block a %}{{ x }}{% endblock %}gone',
    base: '{{ x }}[{% block a %}{% endblock %}]{{ x }}',
  },
  'sets before extends, blocks before extends': {
    page: '{% set x = 1 %}{% block a %}{{ keep(x) }}{{ x }}{% endblock %}{% extends "base" %}{% set x = 2 %}',
    base: '{% block a %}{% endblock %}{{ x }}{{ kept() }}',
  },
  'set in a block stays there': {
    page: '{% extends "base" %}{% block a %}{% set x = 2 %}{{ x }}{% block i %}{{ x }}{% endblock %}{% endblock %}{% block b %}{{ x }}{% endblock %}',
    base: '{% set x = 1 %}{% block a %}{% endblock %}{% block b %}{% endblock %}{{ x }}',
  },
  'set in a loop of a block gets out': {
    page: '{% extends "base" %}{% block a %}{% for i in [7] %}{% set x = i %}{% endfor %}{{ x }}{% endblock %}',
    base: '{% set x = 1 %}{% block a %}{% endblock %}{{ x }}',
  },
  'a block in a loop': {
    page: '{% extends "base" %}{% block item %}<{{ i }}{{ loop.index }}>{% endblock %}',
    base: '{% for i in list %}{% block item %}{{ i }}{% endblock %}{% endfor %}',
  },
  'a macro made in a block': {
    page: '{% extends "base" %}{% block a %}{% macro m() %}M{% endmacro %}{{ m() }}{% endblock %}{% block b %}{{ m() }}{% endblock %}',
    base: '{% block a %}{% endblock %}{% block b %}{% endblock %}',
  },
  'a macro made beside blocks': {
    page: '{% extends "base" %}{% macro m(x) %}<{{ x }}>{% endmacro %}{% block a %}{{ m(1) }}{% endblock %}',
    base: '{% block a %}{% endblock %}{{ m(2) }}',
  },
  'an import beside blocks': {
    page: '{% extends "base" %}{% import "lib" as l %}{% from "lib" import m %}{% block a %}{{ l.m(1) }}{{ m(2) }}{% endblock %}',
    base: '{% block a %}{% endblock %}',
    lib: '{% macro m(x) %}<{{ x }}>{% endmacro %}',
  },
  'a block in an if': {
    page: '{% extends "base" %}{% if f %}{% block a %}A{% endblock %}{% endif %}',
    base: '[{% block a %}{% endblock %}{% if t %}{% block b %}B{% endblock %}{% endif %}]',
  },
  'a block in a macro, a set and a filter':
    '{% macro m() %}{% block a %}A{{ n }}{% endblock %}{% endmacro %}{{ m() }}{% set x %}{% block b %}B{% endblock %}{% endset %}{{ x }}{% filter upper %}{% block c %}c{% endblock %}{% endfilter %}',
  'a block in a set of a child': {
    page: '{% extends "base" %}{% set x %}t{% block b %}B{% endblock %}{% endset %}{% block a %}{{ x }}{% endblock %}',
    base: '{% block a %}{% endblock %}|{% block b %}{% endblock %}',
  },
  'a parent by value, or by condition': {
    page: '{% extends "ba" + "se" %}{% block a %}1{% endblock %}',
    base: '<{% block a %}{% endblock %}>{% include "maybe" %}',
    maybe: '{% if t %}{% extends "other" %}{% endif %}x{% block z %}Z{% endblock %}',
    other: 'O{% block z %}{% endblock %}',
  },
  'a parent not taken': {
    page: '{% if f %}{% extends "base" %}{% endif %}own{% block a %}A{% endblock %}',
    base: 'never',
  },
  'extends twice': {
    page: '{% extends "a" %}{% extends "b" %}{% block x %}P{% endblock %}',
    a: 'a{% block x %}ax{% endblock %}',
    b: 'b{% block x %}bx{% endblock %}',
  },
  'super of nothing': '{% block a %}{{ super() }}{% endblock %}',
  'super in a switch': {
    page: '{% extends "base" %}{% block a %}{% switch 1 %}{% case 1 %}{{ super() }}{% endswitch %}{% endblock %}',
    base: '{% block a %}base{% endblock %}',
  },
  'a block nobody has': { page: '{% extends "base" %}{% block zzz %}Z{% endblock %}', base: 'base' },
  'a long chain': {
    page: '{% extends "c" %}{% block a %}p{{ super() }}{% endblock %}',
    c: '{% extends "d" %}',
    d: '{% extends "e" %}{% block a %}d{{ super() }}{% endblock %}',
    e: 'e{% block a %}e{% endblock %}',
  },
  'a call block in a block': {
    page: '{% extends "base" %}{% from "lib" import m %}{% block a %}{% for i in list %}{% call m() %}{{ i }}{{ x }}{% endcall %}{% endfor %}{% endblock %}',
    base: '{% set x = 4 %}{% block a %}{% endblock %}',
    lib: '{% macro m() %}({{ caller() }}){% endmacro %}',
  },
  // Errors
  'an unknown filter after a failing argument': '{{ boom() | nope }}',
  'a call of nothing after a failing argument': '{{ nope(boom()) }}',
  'a call of nothing in an include in a loop': {
    page: 'a\n{% for i in list %}\n {% include "part" %}{% endfor %}',
    part: '\n\n{{ i.x.y() }}',
  },
  'a call of a member of nothing': '{{ no.x() }}|',
  'a call of a call': '{{ id(no)() }}',
  'a call of an expression': '{{ (n + 1)() }}',
  'an error in a default': '{% macro m(a, b=boom()) %}{{ a }}{% endmacro %}\n{{ m(1, 2) }}{{ m(1) }}',
  'an error in a caller in an imported macro': {
    page: '{% import "lib" as l %}\n{% call l.m() %}\n{{ boom() }}{% endcall %}',
    lib: '\n{% macro m() %}\n\n{{ caller() }}{% endmacro %}',
  },
  'an error in a super in an include': {
    page: '{% include "kid" %}',
    kid: '{% extends "base" %}\n{% block a %}{{ super() }}{% endblock %}',
    base: '\n\n{% block a %}{{ nope() }}{% endblock %}',
  },
  'an error in a set block': '{% set x %}\n{% if t %}{{ nope.x() }}{% endif %}{% endset %}',
  'an error in a filter block': '{% filter upper %}\n{{ boom() }}{% endfilter %}',
  'an error in a filter of a filter': '{{ "x" | upper | bad | lower }}',
  'an error in a method': 'a\n {{ obj.fail(1) }}',
  'an error in an argument of a method': '{{ obj.say(boom()) }}',
  'an error in a test': '{{ boom() is odd }}',
  'an error in a member': '{{ obj[boom()] }}',
  'an error in a loop of pairs': '\n{% for a, b in [[1, 2], no] %}{{ a }}{% endfor %}',
  'an error in a toString': '{{ 1 }}\n{{ failing }}',
  'an error in a marked toString': '{{ 1 }}\n{{ failing | safe }}',
  'an error after a macro': '{% macro m() %}\n\n\n{{ n }}{% endmacro %}{{ m() }}{{ failing }}',
  'a missing parent': '\n{% extends "nope" %}',
  'a missing include of a value': '\n{% include no %}',
  'a syntax error in an include': { page: '\n{% include "part" %}', part: '{% if %}' },
  'a syntax error in an import': { page: '\n{% import "part" as p %}', part: '{{ 1 + }}' },
  'a syntax error in a parent': { page: '\n{% extends "part" %}', part: '{% nope %}' },
  'a macro with odd arguments': '{% macro m(1) %}{% endmacro %}',
  'a key that is no name': '{{ {1: 2} }}',
  // What is left to nunjucks
  asyncEach: '{% asyncEach i in list %}{{ i }}{{ loop.index }}{% endeach %}',
  'a loop variable called loop': '{% for loop in list %}{{ loop }}{% endfor %}',
  'uncovered include in covered, and the other way': {
    page: '{% set x = 1 %}{% for i in list %}{% include "odd" %}{% endfor %}',
    odd: '{% asyncEach j in [1] %}{{ x }}{{ i }}{{ j }}{% include "even" %}{% endeach %}',
    even: '[{{ x }}{{ i }}{{ j }}{{ n }}]',
  },
  'uncovered parent of covered': {
    page: '{% extends "odd" %}{% set x = 1 %}{% block a %}{{ super() }}{{ x }}{{ n }}{% endblock %}',
    odd: '{% asyncEach j in [1] %}{% endeach %}{% set y = 2 %}<{% block a %}o{{ y }}{% endblock %}>{{ x }}',
  },
  'covered parent of uncovered': {
    page: '{% extends "even" %}{% set x = 1 %}{% asyncEach j in [1] %}{% endeach %}{% block a %}{{ super() }}{{ x }}{{ n }}{% asyncEach j in [1] %}{{ j }}{% endeach %}{% endblock %}',
    even: '{% set y = 2 %}<{% block a %}o{{ y }}{% endblock %}>{{ x }}',
  },
  'uncovered import': {
    page: '{% import "odd" as o %}{% from "odd" import m with context %}{{ o.m(1) }}{{ m(2) }}{% call m(3) %}{{ n }}{% endcall %}',
    odd: '{% macro m(x) %}{% asyncEach j in [1] %}{{ x }}{{ n }}{% if caller %}{{ caller() }}{% endif %}{% endeach %}{% endmacro %}',
  },
  'an error through both': {
    page: '\n{% include "odd" %}',
    odd: '\n\n{% asyncEach j in [1] %}{% include "even" %}{% endeach %}',
    even: '\n\n\n{{ boom() }}',
  },
  'an error through both, the other way': {
    page: '\n{% asyncEach j in [1] %}{% include "even" %}{% endeach %}',
    even: '\n\n\n{% include "odd" %}',
    odd: '{% asyncEach j in [1] %}\n{{ nope() }}{% endeach %}',
  },
}
