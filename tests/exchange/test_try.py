import json, time, collections
from pathlib import Path
import pytest
from tms.exchange import import_file
from tms.access import Actor, Role, bind
from tests.support.cast import build
S=Path("tests/data/samples")
def test_try(db_session):
    cast=build(db_session)
    s=db_session()
    a=cast.act_as("province_admin")
    r=import_file(s,a,S/"units.csv","units.csv"); print(json.dumps(r.as_json(),ensure_ascii=False,indent=0)[:3000]); s.commit()
    r=import_file(s,a,S/"units.csv","units.csv"); print(r.new,r.changed,r.unchanged,r.refused)
    exp=json.load(open(S/"expected.json"))
    for who,f in (("province_admin","新教师名单.xlsx"),("province_info","学习经历.xlsx")):
        a=cast.act_as(who)
        for dry in (True,False,False):
            t=time.time()
            r=import_file(s,a,S/f,f,dry_run=dry); s.commit()
            print(f,r.section,r.rows,r.new,r.changed,r.unchanged,r.refused,time.time()-t)
        print(sorted((p.row,p.column) for p in r.problems if p.severity=="error")==sorted((e["row"],e["column"]) for e in exp[f]))
        for p in r.problems:
            if p.severity=="error" or p.rule=="person": print(p)
        print(collections.Counter((p.rule) for p in r.problems if p.severity=="warning"))
