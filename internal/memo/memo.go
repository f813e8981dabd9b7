// Package memo keeps a bounded number of values by key, dropping those not asked for longest (ground floor).
//
// It knows nothing about when a value is out of date: whoever keeps something puts what it depends on
// into the key, or beside the value.
package memo

import (
	"container/list"
	"sync"
)

// Cache holds values up to a total weight. It is safe for concurrent use. Make one with New.
type Cache[K comparable, V any] struct {
	mu     sync.Mutex
	most   int
	weight int
	byKey  map[K]*list.Element
	byUse  *list.List // of *entry, latest use first
}

type entry[K comparable, V any] struct {
	key    K
	value  V
	weight int
}

// New returns a cache whose values weigh no more than most together, in whatever the caller weighs by:
// bytes, or 1 each.
func New[K comparable, V any](most int) *Cache[K, V] {
	return &Cache[K, V]{most: most, byKey: map[K]*list.Element{}, byUse: list.New()}
}

// Get returns the value of a key.
func (c *Cache[K, V]) Get(key K) (v V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[key]
	if !ok {
		return v, false
	}
	c.byUse.MoveToFront(e)
	return e.Value.(*entry[K, V]).value, true
}

// Put keeps a value in place of what the key had. A value heavier than the whole cache is not kept.
func (c *Cache[K, V]) Put(key K, v V, weight int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byKey[key]; ok {
		c.drop(e)
	}
	if weight > c.most {
		return
	}
	c.byKey[key] = c.byUse.PushFront(&entry[K, V]{key, v, weight})
	for c.weight += weight; c.weight > c.most; {
		c.drop(c.byUse.Back())
	}
}

// Weight returns what the values weigh together.
func (c *Cache[K, V]) Weight() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.weight
}

func (c *Cache[K, V]) drop(e *list.Element) {
	x := c.byUse.Remove(e).(*entry[K, V])
	delete(c.byKey, x.key)
	c.weight -= x.weight
}
