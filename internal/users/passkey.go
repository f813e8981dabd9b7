package users

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/seal"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// Party is who asks for passkeys (bên tin cậy): the host the passkeys belong to, and the address pages are served under.
type Party struct{ Host, Origin string }

func (p Party) open() (*webauthn.WebAuthn, error) {
	w, err := webauthn.New(&webauthn.Config{
		RPID: p.Host, RPDisplayName: "Kết Nạp", RPOrigins: []string{p.Origin},
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired},
		AttestationPreference: protocol.PreferNoAttestation,
	})
	if err != nil {
		return nil, fault.E("users.Party", fault.Unavailable, "user.passkey_party", err)
	}
	return w, nil
}

// holder is an account as the library sees one.
type holder struct {
	store.User
	keys []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return handle(h.ID) }
func (h holder) WebAuthnName() string                       { return h.Login }
func (h holder) WebAuthnDisplayName() string                { return h.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// handle is what an authenticator stores for an account: its number, which says nothing about anybody.
func handle(user id.ID) []byte { return binary.BigEndian.AppendUint64(nil, uint64(user)) }

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func holderOf(tx *store.Tx, user id.ID) (holder, error) {
	u, err := tx.User(user)
	h := holder{User: u}
	if err != nil {
		return h, err
	}
	keys, err := tx.Passkeys(user)
	for _, k := range keys {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(k.Data), &c); err != nil {
			return h, fault.E("users.holderOf", fault.Internal, "", err)
		}
		h.keys = append(h.keys, c)
	}
	return h, err
}

// ask keeps a challenge and returns it for the browser with the token that answers it.
func (s *Service) ask(ctx context.Context, kind string, user id.ID, options any, session *webauthn.SessionData) ([]byte, string, error) {
	out, err := json.Marshal(options)
	if err != nil {
		return nil, "", fault.E("users.ask", fault.Internal, "", err)
	}
	data, err := json.Marshal(session)
	if err != nil {
		return nil, "", fault.E("users.ask", fault.Internal, "", err)
	}
	token := ""
	err = s.st.Update(ctx, signedIn(store.User{ID: user}, "user.challenge"), func(tx *store.Tx) error {
		var err error
		token, err = wait(tx, kind, user, string(data), stepLife)
		return err
	})
	return out, token, err
}

// answered takes the challenge a token stands for, once.
func answered(tx *store.Tx, kind, token string, user id.ID) (webauthn.SessionData, error) {
	var d webauthn.SessionData
	p, err := tx.TakePending(kind, seal.HashToken(token))
	if err == nil && p.User != user {
		err = fault.E("users.answered", fault.NotFound, "user.too_late")
	}
	if err != nil {
		return d, err
	}
	if err := json.Unmarshal([]byte(p.Data), &d); err != nil {
		return d, fault.E("users.answered", fault.Internal, "", err)
	}
	return d, nil
}

func refusedKey(err error) error {
	return fault.E("users.passkey", fault.Invalid, "user.passkey_wrong", err)
}

// AskNewPasskey returns the options with which a browser makes a passkey for the signed-in account.
func (s *Service) AskNewPasskey(ctx context.Context, g Signed, p Party) (options []byte, token string, err error) {
	w, err := p.open()
	if err != nil {
		return nil, "", err
	}
	var h holder
	if err := s.st.View(ctx, func(tx *store.Tx) error {
		if err := s.fresh(tx, g); err != nil {
			return err
		}
		h, err = holderOf(tx, g.Actor.User)
		return err
	}); err != nil {
		return nil, "", err
	}
	creation, session, err := w.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()))
	if err != nil {
		return nil, "", refusedKey(err)
	}
	return s.ask(ctx, "passkey_new", g.Actor.User, creation, session)
}

// AddPasskey stores the passkey a browser made. The session counts as one with a passkey from now on.
func (s *Service) AddPasskey(ctx context.Context, g Signed, p Party, token, name string, answer []byte) error {
	w, err := p.open()
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return refusedKey(err)
	}
	if name = cut(vi.NFC(name), 60); name == "" {
		name = "Khóa truy cập"
	}
	return s.st.Update(ctx, own(g, "user.passkey"), func(tx *store.Tx) error {
		d, err := answered(tx, "passkey_new", token, g.Actor.User)
		if err != nil {
			return err
		}
		h, err := holderOf(tx, g.Actor.User)
		if err != nil {
			return err
		}
		c, err := w.CreateCredential(h, d, parsed)
		if err != nil {
			return refusedKey(err)
		}
		data, err := json.Marshal(c)
		if err != nil {
			return fault.E("users.AddPasskey", fault.Internal, "", err)
		}
		if err := tx.AddPasskey(store.Passkey{Credential: c.ID, User: h.ID, Name: name, Data: string(data)}); err != nil {
			return err
		}
		return tx.ProveSession(g.hash, store.ByPasskey)
	})
}

// DropPasskey takes a passkey of the signed-in account away. The last one of who administers stays: they could not come back.
func (s *Service) DropPasskey(ctx context.Context, g Signed, name string) error {
	const op = "users.DropPasskey"
	credential, err := base64.RawURLEncoding.DecodeString(name)
	if err != nil {
		return fault.E(op, fault.NotFound, "user.passkey_gone")
	}
	return s.st.Update(ctx, own(g, "user.passkey_drop"), func(tx *store.Tx) error {
		if err := s.fresh(tx, g); err != nil {
			return err
		}
		keys, err := tx.Passkeys(g.Actor.User)
		if err != nil {
			return err
		}
		p, err := policy(tx)
		if err != nil {
			return err
		}
		if len(keys) == 1 && p == Strict && admins(g.Actor.Grants) {
			return fault.E(op, fault.Conflict, "user.passkey_last")
		}
		return tx.DropPasskey(g.Actor.User, credential)
	})
}

// AskPasskey returns the options with which a browser shows a passkey: of anybody for a sign-in (user 0), of one account to prove
// who it is again.
func (s *Service) AskPasskey(ctx context.Context, user id.ID, p Party) (options []byte, token string, err error) {
	w, err := p.open()
	if err != nil {
		return nil, "", err
	}
	if user == 0 {
		assertion, session, err := w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
		if err != nil {
			return nil, "", refusedKey(err)
		}
		return s.ask(ctx, "passkey", 0, assertion, session)
	}
	var h holder
	if err := s.st.View(ctx, func(tx *store.Tx) error {
		h, err = holderOf(tx, user)
		return err
	}); err != nil {
		return nil, "", err
	}
	assertion, session, err := w.BeginLogin(h, webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, "", refusedKey(err)
	}
	return s.ask(ctx, "passkey", user, assertion, session)
}

// SignInPasskey opens a session for who showed a passkey.
func (s *Service) SignInPasskey(ctx context.Context, p Party, token string, answer []byte, from From) (Entered, error) {
	w, err := p.open()
	if err != nil {
		return Entered{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Entered{}, refusedKey(err)
	}
	user := id.ID(0)
	if h := parsed.Response.UserHandle; len(h) == 8 {
		user = id.ID(binary.BigEndian.Uint64(h))
	}
	return s.enter(ctx, store.User{ID: user}, from, store.ByPasskey, func(tx *store.Tx, now store.User) error {
		d, err := answered(tx, "passkey", token, 0)
		if err != nil {
			return err
		}
		h, err := holderOf(tx, now.ID)
		if err != nil {
			return err
		}
		c, err := w.ValidateDiscoverableLogin(func(_, _ []byte) (webauthn.User, error) { return h, nil }, d, parsed)
		return used(tx, c, err)
	})
}

// ProvePasskey shows a passkey of the signed-in account again, for sensitive acts.
func (s *Service) ProvePasskey(ctx context.Context, g Signed, p Party, token string, answer []byte) error {
	w, err := p.open()
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return refusedKey(err)
	}
	return s.st.Update(ctx, own(g, "user.prove"), func(tx *store.Tx) error {
		d, err := answered(tx, "passkey", token, g.Actor.User)
		if err != nil {
			return err
		}
		h, err := holderOf(tx, g.Actor.User)
		if err != nil {
			return err
		}
		c, err := w.ValidateLogin(h, d, parsed)
		if err := used(tx, c, err); err != nil {
			return err
		}
		return tx.ProveSession(g.hash, store.ByPasskey)
	})
}

// used keeps what showing a passkey changed. A counter that runs back means that the passkey was copied: it is refused.
func used(tx *store.Tx, c *webauthn.Credential, err error) error {
	if err != nil {
		return refusedKey(err)
	}
	if c.Authenticator.CloneWarning {
		return fault.E("users.used", fault.Invalid, "user.passkey_copied")
	}
	data, err := json.Marshal(c)
	if err != nil {
		return fault.E("users.used", fault.Internal, "", err)
	}
	return tx.UsePasskey(c.ID, string(data))
}
