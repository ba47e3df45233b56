from tests.pages.conftest import *
from tests.pages.test_exchange_pages import *
def test_two(house, open_page):
    app = upload(open_page("lead", IMPORT), FILE)
    print({b.key:(b.value,b.options) for b in app.selectbox})
    app = upload(app, "id,text,label,category\n1,hello,a,b\n2,x,c,d\n", "b.csv", "utf-8")
    print({b.key:(b.value,b.options) for b in app.selectbox})
    app = upload(app, "text,id,category,label\nhello,1,a,b\nx,2,c,d\n", "c.csv", "utf-8")
    print({b.key:(b.value,b.options) for b in app.selectbox})
    assert 0
