package db

import ("testing";"testing/fstest";"context";"sync";"slices";"path/filepath")

func TestSmoke(t *testing.T){
 d,err:=Open(t.Context(), filepath.Join(t.TempDir(),"x.db"),Options{})
 if err!=nil {t.Fatal(err)}
 fs:=fstest.MapFS{"0001_a.sql":{Data:[]byte("CREATE TABLE a (\n id BIGINT PRIMARY KEY,\n t TEXT COLLATE \"C\" NOT NULL,\n b BOOLEAN NOT NULL\n); -- tenant\n")}}
 ap,err:=d.Migrate(t.Context(),fs); t.Log(ap,err)
 ap,err=d.Migrate(t.Context(),fs); t.Log(ap,err)
 ctx:=t.Context()
 var wg sync.WaitGroup
 for i:=range 64 { wg.Go(func(){ for j:=range 20 { if err:=d.Update(ctx,func(tx *Tx) error { _,err:=tx.Exec(ctx,"INSERT INTO a (id,t,b) VALUES ($1,$2,$3)",i*100+j,"x",true); return err}); err!=nil {t.Error(err)}}})}
 wg.Wait()
 err=d.Update(ctx,func(tx *Tx) error { n,err:=tx.Many(ctx,"INSERT INTO a (id,t,b) VALUES ($1,$2,$3)",slices.Values([][]any{{-1,"a",false},{-2,"b",true}})); t.Log(n); return err}); if err!=nil {t.Error(err)}
 err=d.Update(ctx,func(tx *Tx) error { tx.Exec(ctx,"INSERT INTO a (id,t,b) VALUES ($1,$2,$3)",-1,"",true); return nil}); t.Log(Classify(err),err)
 d.View(ctx,func(tx *Tx) error { var n int; var b bool; err:=tx.Row(ctx,"SELECT count(*), max(b) FROM a WHERE id>$1 AND id<>$1",[]any{-99},&n,&b); t.Log(n,b,err); _,err=tx.Exec(ctx,"DELETE FROM a"); t.Log(err); return err})
 t.Log(d.Close(), context.Background())
}
