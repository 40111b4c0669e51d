from tests.integration.test_subscriptions_safety import *
from shared.events.registry import ServiceListed
from shared.storage import Streams, Change
from shared.clock import now
from tests.support.receiver import Receiver
import time, logging
def test_probe(tmp_path, amqp_uri, mongo_uri, mongo_prefix):
    receiver = Receiver()
    with started(tmp_path, amqp_uri, mongo_uri, mongo_prefix, WEBHOOK_ALLOW_LOOPBACK="true") as running:
        p=running.service("subscriptions")
        fed = subscribe(running, "agency-x", ["service.*"])
        q = subscribe(running, "agency-y", ["service.*"], kind="queue")
        w = subscribe(running, "agency-z", ["service.*"], url=receiver.url)
        streams=Streams(running.db("registry"), now); streams.prepare()
        from concurrent.futures import ThreadPoolExecutor
        def one(i):
            s=new_id(); streams.change(s, lambda st: Change({}, [ServiceListed(service=s, organization="o")]), cause=new_id())
        with ThreadPoolExecutor(50) as ex: list(ex.map(one, range(3000)))
        t=time.time(); running.relay("registry")
        db=running.db("subscriptions"); last=0
        while time.time()-t<100:
            n=[db["deliveries"].count_documents({"state":"delivered","subscription":x["subscription"]}) for x in (fed,q,w)]
            j=db["events"].count_documents({}); 
            if time.time()-last>2: print(round(time.time()-t,1), "journal",j,"delivered",n); last=time.time()
            if n==[3000]*3: break
            time.sleep(.5)
        print(time.time()-t, n)
        import psutil; print(psutil.Process(p.pid).memory_info().rss/1e6, psutil.Process(p.pid).cpu_times())
